import type { AccountState } from "../account/state.ts";
import type { Market } from "../market/types.ts";
import { evaluate, type Requirement } from "../risk/requirement.ts";
import { TacitError } from "../units/errors.ts";
import { Coverage } from "../units/units.ts";

/** What a gate's breach proof states: not covered once. */
export const FULL_COVERAGE = Coverage.parse("1", "coverage");

/**
 * What a disclosed state requires to be left alone. Empty lanes count for nothing; they stay in the state, whose commitment has
 * them.
 * @throws TacitError `UNKNOWN_INSTRUMENT` when the market lists not all that the account holds
 */
export function maintenanceOf(state: AccountState, market: Market): Requirement {
  const positions = state.positions.filter(({ id, quantity }) => id !== 0 || quantity !== 0n);
  const set = market.sets.maintenance;
  // Which they are is the account's secret.
  if (positions.some(({ id }) => !set.rows.has(id))) {
    throw new TacitError("UNKNOWN_INSTRUMENT", "the market does not list all that the account holds", {
      hint: "Take the market file of the newest epoch. What lapsed without a settlement nobody can prove anything about.",
    });
  }
  return evaluate(set, { cash: state.cash, positions }, FULL_COVERAGE);
}
