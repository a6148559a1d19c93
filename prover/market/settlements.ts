import { TacitError } from "../units/errors.ts";
import { hasExpired } from "./settled.ts";
import type { Settlement } from "./settlement.ts";
import type { Market } from "./types.ts";

type Settling = Pick<Market, "instruments" | "timestamp" | "sets">;

/** The settlement prices that a market states, by id: the marks of its expired instruments. */
export function settlementsIn(market: Settling): Settlement[] {
  const { rows } = market.sets.maintenance;
  return market.instruments
    .filter((instrument) => hasExpired(instrument, market.timestamp))
    .map(({ id, name }) => {
      const row = rows.get(id);
      if (row === undefined) throw new TacitError("BAD_MARKET", `instrument ${id} ${name} has no row`);
      return { id, price: row.mark };
    });
}

/**
 * All settlements so far, with those that a market adds behind them: none ever changes, moves or leaves.
 * @throws TacitError `SETTLEMENT_CHANGED` when the market settles an instrument at another price than before, or still
 * trades one that has settled
 */
export function extendSettlements(earlier: readonly Settlement[], market: Settling): Settlement[] {
  const before = new Map(earlier.map(({ id, price }) => [id, price]));
  for (const instrument of market.instruments) {
    if (before.has(instrument.id) && !hasExpired(instrument, market.timestamp)) throw changed(instrument.id, "already");
  }
  const stated = settlementsIn(market);
  for (const { id, price } of stated) {
    if ((before.get(id) ?? price) !== price) throw changed(id, "at another price than before");
  }
  return [...earlier, ...stated.filter(({ id }) => !before.has(id))];
}

const changed = (id: number, how: string): TacitError =>
  new TacitError("SETTLEMENT_CHANGED", `instrument ${id} has settled ${how}`, {
    hint: "A settlement price is final: compare the market with the epoch before.",
  });
