import { Contract, type ContractRunner } from "ethers";
import type { SetName } from "../market/types.ts";
import { TacitError } from "../units/errors.ts";
import { BOOK } from "./epochs.ts";

/** How far back a market is looked for: an older epoch is none that a gate still takes. */
const MOST_BACK = 64;

/**
 * The newest epoch of a book that has a requirement root.
 * @throws TacitError `UNKNOWN_EPOCH`
 */
export async function findEpoch(book: string, runner: ContractRunner, set: SetName, root: bigint): Promise<number> {
  const contract = new Contract(book, BOOK, runner);
  const latest = Number(await contract.getFunction("latestEpoch").staticCall());
  for (let number = latest; number > 0 && number > latest - MOST_BACK; number--) {
    const { requirementRoots } = await contract.getFunction("epochOf").staticCall(number);
    if (requirementRoots[set === "maintenance" ? 0 : 1] === root) return number;
  }
  throw new TacitError("UNKNOWN_EPOCH", "the gate's book has no recent epoch of this market", {
    hint: "Take the market file of an epoch that its publishers signed.",
  });
}
