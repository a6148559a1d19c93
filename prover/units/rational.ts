import { TacitError } from "./errors.ts";
import { quote } from "./json.ts";

/** An exact quotient in lowest terms; `d` is positive. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

export const ZERO: Rational = { n: 0n, d: 1n };

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b));

function reduced(n: bigint, d: bigint): Rational {
  const common = gcd(n, d) || 1n;
  return d < 0n ? { n: -n / common, d: -d / common } : { n: n / common, d: d / common };
}

export const add = (a: Rational, b: Rational): Rational => reduced(a.n * b.d + b.n * a.d, a.d * b.d);
export const negate = (a: Rational): Rational => ({ n: -a.n, d: a.d });
export const subtract = (a: Rational, b: Rational): Rational => add(a, negate(b));
export const multiply = (a: Rational, b: Rational): Rational => reduced(a.n * b.n, a.d * b.d);
/** The divisor must not be zero. */
export const divide = (a: Rational, b: Rational): Rational => reduced(a.n * b.d, a.d * b.n);
export const equal = (a: Rational, b: Rational): boolean => a.n === b.n && a.d === b.d;
export const sign = (a: Rational): -1 | 0 | 1 => (a.n < 0n ? -1 : a.n > 0n ? 1 : 0);

/** The largest integer number of `10^-places` that is not above it. */
export function floorTo(a: Rational, places: number): bigint {
  const scaled = a.n * 10n ** BigInt(places);
  const quotient = scaled / a.d;
  return quotient * a.d > scaled ? quotient - 1n : quotient;
}

/** The nearest integer number of `10^-places`, halves up. */
export const nearestTo = (a: Rational, places: number): bigint => floorTo(add(a, unitsOf(5n, places + 1)), places);

/** `value` units of `10^-places`. */
export const unitsOf = (value: bigint, places: number): Rational => reduced(value, 10n ** BigInt(places));

/** Whether it is a whole number of `10^-places`. */
export const fits = (a: Rational, places: number): boolean => 10n ** BigInt(places) % a.d === 0n;

const NUMBER = /^([-+]?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d{1,3}))?$/;
/** Longer numbers are nobody's amount, and exponents must not become gigabytes of digits. */
const MOST_DIGITS = 60;

/**
 * Reads digits with an optional sign, point and exponent, exactly.
 * @throws TacitError `BAD_DECIMAL`
 */
export function parseRational(text: string, where: string): Rational {
  const match = text.length <= MOST_DIGITS ? NUMBER.exec(text) : null;
  const [, minus = "", whole = "", fraction = "", exponent = "0"] = match ?? [];
  const power = Number(exponent) - fraction.length;
  if (match === null || Math.abs(power) > MOST_DIGITS) {
    throw new TacitError("BAD_DECIMAL", `${where}: ${quote(text)} is not a number`);
  }
  const digits = BigInt(whole + fraction) * (minus === "-" ? -1n : 1n);
  return power >= 0 ? { n: digits * 10n ** BigInt(power), d: 1n } : reduced(digits, 10n ** BigInt(-power));
}

/** A decimal string, exact when there is one of at most 20 places, else cut off with dots: for people. */
export function showRational(a: Rational): string {
  const places = [0, 2, 6, 12, 20].find((enough) => fits(a, enough));
  const [value, used] = places === undefined ? [floorTo(a, 12), 12] : [floorTo(a, places), places];
  const digits = (value < 0n ? -value : value).toString().padStart(used + 1, "0");
  const fraction = digits.slice(digits.length - used).replace(/0+$/, "");
  const whole = digits.slice(0, digits.length - used);
  return `${value < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}${places === undefined ? "..." : ""}`;
}
