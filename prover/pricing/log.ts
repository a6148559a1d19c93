import { floatPowerOfTwo } from "./scale.ts";

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const SQRT_2 = Math.SQRT2;
const STEPS = [512, 256, 128, 64, 32, 16, 8, 4, 2, 1];
/** 2/(2n+1) for n = 12..1. */
const SERIES = Array.from({ length: 12 }, (_, i) => 2 / (2 * (12 - i) + 1));

/**
 * The natural logarithm from + - * / alone (see `exp`).
 * x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)); with s = f / (2 + f), log(1 + f) is twice the area hyperbolic
 * tangent of s, a series in s^2 <= 0.0295 whose first dropped term is below 1e-18.
 * Within one unit in the last place; NaN below 0, -Infinity at 0.
 */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  let m = x;
  let k = 0;
  // Most arguments are ratios of prices: the last steps do.
  const near = x > 0.0625 && x < 16;
  for (let i = near ? 8 : 0; i < STEPS.length; i += 1) {
    const step = STEPS[i] ?? 0;
    const up = floatPowerOfTwo(step);
    const down = floatPowerOfTwo(-step);
    while (m >= SQRT_2 * up) {
      m *= down;
      k += step;
    }
    while (m < down * SQRT_2) {
      m *= up;
      k -= step;
    }
  }
  while (m >= SQRT_2) {
    m *= 0.5;
    k += 1;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  let series = 0;
  for (let i = 0; i < SERIES.length; i += 1) series = z * ((SERIES[i] ?? 0) + series);
  const square = 0.5 * f * f;
  // log(1 + f) = f - f^2/2 + s (f^2/2 + series): the large terms first, so that f itself is never rounded away.
  return k * LN2_HIGH - (square - (s * (square + series) + k * LN2_LOW) - f);
}
