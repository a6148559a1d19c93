import { type BookPlace, epochOf } from "../chain/epochs.ts";
import { buildSettlementTree, extendSettlements, type Settlement } from "../market/settlement.ts";
import type { Market } from "../market/types.ts";
import { TacitError } from "../units/errors.ts";
import type { EpochFile } from "./file.ts";

/**
 * The epoch of a market for a book, not signed yet.
 * @param given.assets of the book's oracle, in its order
 * @param given.previous the epoch before: its settlements go on
 * @throws TacitError `UNKNOWN_ASSET`, `EPOCH_NOT_AFTER`, and those of `extendSettlements`
 */
export async function makeEpoch(
  market: Market,
  given: BookPlace & {
    readonly assets: readonly string[];
    readonly dataURI: string;
    readonly previous?: EpochFile | undefined;
  },
): Promise<EpochFile> {
  const { chainId, book, assets, dataURI, previous } = given;
  if (previous !== undefined && previous.epoch.timestamp >= market.timestamp) {
    const times = `${market.timestamp} is not after that of the epoch before, ${previous.epoch.timestamp}`;
    throw new TacitError("EPOCH_NOT_AFTER", `the market's time ${times}`);
  }
  const settlements: readonly Settlement[] = extendSettlements(previous?.settlements ?? [], market);
  const { root: settlementRoot } = await buildSettlementTree(settlements);
  const epoch = epochOf(market, { assets, settlementRoot, dataURI });
  return { chainId, book, assets, epoch, settlements, signatures: [] };
}
