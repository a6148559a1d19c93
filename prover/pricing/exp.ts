import { floatPowerOfTwo } from "./scale.ts";

// ln 2 in two parts: the first has 20 trailing zero bits, so that k * HIGH is exact for every exponent k of a double.
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LOG2_E = Math.LOG2E;

/** 1/n! for n = 3..14, smallest last. */
const INVERSE_FACTORIALS = [
  6, 24, 120, 720, 5040, 40320, 362880, 3628800, 39916800, 479001600, 6227020800, 87178291200,
].map((factorial) => 1 / factorial);

/**
 * e^x from + - * / alone, so that every machine and engine returns the same bits (`Math.exp` may not).
 * x = k ln 2 + r with |r| <= ln 2 / 2, and e^r from its Taylor series, whose first dropped term is below 1e-18.
 * Within one unit in the last place of the correctly rounded value; 0 below -745.2, Infinity above 709.78.
 */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  const k = Math.floor(x * LOG2_E + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  // What rounding took from r: e^(r + lost) = e^r * (1 + lost) to well below the last place.
  const lost = high - r - low;
  let tail = 0;
  for (let i = INVERSE_FACTORIALS.length - 1; i >= 0; i -= 1) tail = (INVERSE_FACTORIALS[i] ?? 0) + r * tail;
  const fraction = 1 + (r + (lost + r * lost + r * r * (0.5 + r * tail)));
  // In two steps, because 2^k alone may lie outside the doubles where the product does not.
  const half = Math.floor(k / 2);
  return fraction * floatPowerOfTwo(half) * floatPowerOfTwo(k - half);
}
