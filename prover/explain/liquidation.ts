import { evaluate } from "../risk/requirement.ts";
import type { Portfolio, RequirementSet } from "../risk/types.ts";
import { formatDecimal } from "../units/decimal.ts";
import type { Coverage, Price } from "../units/units.ts";

/**
 * The requirement set after index moves given as fractions by underlying (-0.1 is a fall of a tenth, what is not named
 * stands still); forwards move with their index, everything else stays. It needs rows for the held instruments only.
 */
export type Revalue = (moves: Readonly<Record<string, number>>) => RequirementSet;

/** The index at which an account stops being covered. */
export interface LiquidationPoint {
  /** Index move in percent, a decimal string with at most 4 places; "0" for an account that is not covered now. */
  readonly move: string;
  /** Index price in USD after the move, rounded down to 6 places. */
  readonly price: string;
}

/** Moves are whole millionths of the index price, so that the search is exact. */
const ONE = 1_000_000;
const percent = (p: number): number => (p * ONE) / 100;

/** Where the search looks, nearest first: every 1% to 50% away, then every 5% to -95% and +300%. */
const STEPS = [
  ...Array.from({ length: 50 }, (_, i) => percent(i + 1)),
  ...Array.from({ length: 50 }, (_, i) => percent(50 + 5 * (i + 1))),
];
const LOWEST = percent(-95);

/**
 * The nearest fall and the nearest rise of one underlying's index, all else equal, at which equity no longer covers
 * `coverage` times the requirement; null where none is found. The move is exact to a millionth of the price, but a
 * breach that opens and closes between two neighbouring points of the search grid is missed.
 */
export function distanceToLiquidation(account: {
  readonly underlying: string;
  readonly index: Price;
  readonly portfolio: Portfolio;
  readonly coverage: Coverage;
  readonly revalue: Revalue;
}): { readonly down: LiquidationPoint | null; readonly up: LiquidationPoint | null } {
  const { underlying, index, portfolio, coverage, revalue } = account;
  const covered = (move: number): boolean =>
    evaluate(revalue({ [underlying]: move / ONE }), portfolio, coverage).healthy;
  const pointAt = (move: number | null): LiquidationPoint | null =>
    move === null
      ? null
      : {
          move: formatDecimal(BigInt(move), 4),
          price: formatDecimal((index * BigInt(ONE + move)) / BigInt(ONE), 6),
        };
  if (!covered(0)) return { down: pointAt(0), up: pointAt(0) };
  const falls = STEPS.map((step) => -step).filter((move) => move >= LOWEST);
  return { down: pointAt(firstBreach(falls, covered)), up: pointAt(firstBreach(STEPS, covered)) };
}

function firstBreach(moves: readonly number[], covered: (move: number) => boolean): number | null {
  let safe = 0;
  for (const move of moves) {
    if (!covered(move)) return bisect(safe, move, covered);
    safe = move;
  }
  return null;
}

/** Narrows a covered and a breached move until they are neighbours; the breached one. */
function bisect(safe: number, breached: number, covered: (move: number) => boolean): number {
  while (Math.abs(breached - safe) > 1) {
    const middle = Math.trunc((safe + breached) / 2);
    if (covered(middle)) safe = middle;
    else breached = middle;
  }
  return breached;
}
