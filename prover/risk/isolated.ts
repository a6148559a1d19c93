import type { Cash, Coverage, Exact } from "../units/units.ts";
import { evaluate } from "./requirement.ts";
import type { Portfolio, Position, RequirementSet } from "./types.ts";

/** Required of some positions; it depends neither on cash nor on coverage. */
export const requiredOf = (set: RequirementSet, positions: readonly Position[]): Exact =>
  evaluate(set, { cash: 0n as Cash, positions }, 0n as Coverage).required;

/** The sum of the requirements of each position alone: what an account without netting would post. */
export function isolatedRequirement(set: RequirementSet, portfolio: Portfolio): Exact {
  let total = 0n;
  for (const position of portfolio.positions) total += requiredOf(set, [position]);
  return total as Exact;
}
