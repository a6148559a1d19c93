import { formatDecimal, parseDecimal } from "./decimal.ts";
import { TacitError } from "./errors.ts";

/**
 * The units of the whole product. A unit is a branded bigint with one range-checking constructor, so that a price
 * can never stand where a quantity belongs and no value wider than the circuits' widths exists past this file.
 *
 * | unit       | one is            | range          | holds                                          |
 * |------------|-------------------|----------------|------------------------------------------------|
 * | `Quantity` | 1e-6 instrument   | abs < 2^47     | signed position size                           |
 * | `Price`    | 1e-6 USD per unit | abs < 2^47     | marks, deltas, charges and scenario values     |
 * | `Cash`     | 1e-12 USD         | abs < 2^100    | an account's hidden cash: quantity times price |
 * | `Ratio`    | 1e-9              | 0 <= r < 2^32  | weights, gains, losses, floor and tier rates   |
 * | `Notional` | 1e-6 USD          | 0 <= n < 2^64  | deductions of concentration tiers              |
 * | `Coverage` | 1e-4              | 0 <= c < 2^20  | the multiple of the requirement to be covered  |
 * | `Exact`    | 1e-30 USD         | unbounded      | results of the requirement, exact to the last digit |
 */
export type Quantity = bigint & { readonly unit: "Quantity" };
export type Price = bigint & { readonly unit: "Price" };
export type Cash = bigint & { readonly unit: "Cash" };
export type Ratio = bigint & { readonly unit: "Ratio" };
export type Notional = bigint & { readonly unit: "Notional" };
export type Coverage = bigint & { readonly unit: "Coverage" };
export type Exact = bigint & { readonly unit: "Exact" };

interface Unit<T extends bigint> {
  /** Checks the range of an integer already in this unit. @throws TacitError `OUT_OF_RANGE` */
  of(value: bigint, where: string): T;
  /** Reads an exact decimal string. @throws TacitError `BAD_DECIMAL`, `OUT_OF_RANGE` */
  parse(text: string, where: string): T;
  /** The exact decimal string. */
  format(value: T): string;
  readonly places: number;
}

function unit<T extends bigint>(name: string, places: number, bits: number, signed: boolean): Unit<T> {
  const bound = 1n << BigInt(bits);
  const of = (value: bigint, where: string): T => {
    if (value >= bound || value <= (signed ? -bound : -1n)) {
      const low = signed ? `-${formatDecimal(bound - 1n, places)}` : "0";
      throw new TacitError(
        "OUT_OF_RANGE",
        `${where}: ${formatDecimal(value, places)} is outside the range of a ${name}`,
        {
          hint: `It must lie between ${low} and ${formatDecimal(bound - 1n, places)}.`,
        },
      );
    }
    return value as T;
  };
  return {
    of,
    places,
    parse: (text, where) => of(parseDecimal(text, places, where), where),
    format: (value) => formatDecimal(value, places),
  };
}

export const Quantity = unit<Quantity>("quantity", 6, 47, true);
export const Price = unit<Price>("price", 6, 47, true);
export const Cash = unit<Cash>("cash amount", 12, 100, true);
export const Ratio = unit<Ratio>("ratio", 9, 32, false);
export const Notional = unit<Notional>("notional", 6, 64, false);
export const Coverage = unit<Coverage>("coverage", 4, 20, false);

/** Formats a result of the requirement (1e-30 USD) as an exact decimal string. */
export const formatExact = (value: bigint): string => formatDecimal(value, 30);

/** 1e-12 USD (quantity times price) in units of 1e-30 USD. */
export const PICO_TO_EXACT = 10n ** 18n;
