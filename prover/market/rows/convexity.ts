import { delta, type Option, price } from "../../pricing/black76.ts";

/** Halvings of an interval; the bound below is then loose by at most a thousandth of the interval times a delta. */
const HALVINGS = 14;

/**
 * How far an option's value can fall below the straight line between two neighbouring scenario nodes: what a scan that
 * looks only at the nodes cannot see. Never less than the true value.
 *
 * On each interval the gap g(F) = line(F) - value(F) is concave, for the value is convex. Its slope is the line's slope
 * less the delta, so halving finds where it is steepest no more, and the tangent there bounds the maximum from above.
 * @param moves nodes as fractions of the forward, ascending
 */
export function convexityGap(option: Option, moves: readonly number[]): number {
  let most = 0;
  for (let i = 1; i < moves.length; i += 1) {
    let low = option.forward * (1 + (moves[i - 1] ?? 0));
    let high = option.forward * (1 + (moves[i] ?? 0));
    const at = (forward: number): Option => ({ ...option, forward });
    const start = price(at(low));
    const slope = (price(at(high)) - start) / (high - low);
    const first = low;
    let steepness = slope - delta(at(low));
    // The tangents at both ends bound the gap: most intervals of most options end here.
    if (Math.min(steepness, delta(at(high)) - slope) * (high - low) <= most) continue;
    for (let k = 0; k < HALVINGS; k += 1) {
      const middle = (low + high) / 2;
      const rise = slope - delta(at(middle));
      if (rise >= 0) {
        low = middle;
        steepness = rise;
      } else high = middle;
    }
    const gap = start + slope * (low - first) - price(at(low));
    most = Math.max(most, gap + Math.max(steepness, 0) * (high - low));
  }
  return most;
}
