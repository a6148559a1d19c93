import { TacitError } from "../units/errors.ts";
import type { Unlisted } from "./deribit/chain.ts";
import { parseName } from "./deribit/names.ts";
import type { Listing } from "./listings.ts";
import { isoTime } from "./time.ts";
import type { Instrument } from "./types.ts";

/** Settlement prices in USD, by underlying and expiry (unix seconds). */
export type Settlements = Readonly<Record<string, Readonly<Record<number, number>>>>;

/** Whether an instrument has expired at a moment: from its expiry on, it is worth its settlement price and no more. */
export const hasExpired = ({ expiry }: Pick<Instrument, "expiry">, timestamp: number): boolean =>
  expiry !== undefined && expiry <= timestamp;

/**
 * The instruments that expired by the epoch and whose settlement price is given, so that accounts which still hold
 * them can be proven until they have settled. One whose price is not given is not in the market, and no account that
 * holds it can be proven.
 * @throws TacitError `BAD_SETTLEMENT` for an expiry to come, or one of which nothing was ever listed
 */
export function settledInstruments(
  listings: readonly Listing[],
  settlements: Settlements,
  timestamp: number,
): Unlisted[] {
  const found = new Set<string>();
  const settled = listings.flatMap(({ name }): Unlisted[] => {
    const parsed = parseName(name);
    if (parsed?.kind !== "future" && parsed?.kind !== "option") return [];
    const price = settlements[parsed.underlying]?.[parsed.expiry];
    if (price === undefined) return [];
    found.add(`${parsed.underlying} ${parsed.expiry}`);
    return [{ ...parsed, name, forward: price }];
  });
  for (const [underlying, prices] of Object.entries(settlements)) {
    for (const [expiry, price] of Object.entries(prices)) {
      const what = `the settlement of ${underlying} at ${isoTime(Number(expiry))}`;
      const refuse = (problem: string) => new TacitError("BAD_SETTLEMENT", `${what} ${problem}`);
      if (!(price > 0)) throw refuse(`is ${price}, which is not a price`);
      if (Number(expiry) > timestamp) throw refuse("is still to come");
      if (!found.has(`${underlying} ${expiry}`)) throw refuse("settles nothing that was ever listed");
    }
  }
  return settled;
}

/** The settlement prices that the expired instruments of a market carry. */
export function settlementsOf(instruments: readonly Instrument[], timestamp: number): Settlements {
  const settlements: Record<string, Record<number, number>> = {};
  for (const instrument of instruments) {
    const { underlying, expiry, forward } = instrument;
    if (expiry === undefined || !hasExpired(instrument, timestamp)) continue;
    settlements[underlying] = { ...settlements[underlying], [expiry]: forward };
  }
  return settlements;
}
