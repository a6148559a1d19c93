import { TacitError } from "./errors.ts";

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Reads an exact decimal string into an integer number of `10^-places` units.
 * Refuses exponents, signs other than a leading minus, blanks, and more places than the unit can hold:
 * nothing is ever rounded on the way in.
 * @param where how an error names the value, e.g. `book.json: positions[2].quantity`
 * @throws TacitError `BAD_DECIMAL`
 */
export function parseDecimal(text: string, places: number, where: string): bigint {
  const match = typeof text === "string" && text.length <= 80 ? DECIMAL.exec(text) : null;
  if (match === null) {
    throw new TacitError("BAD_DECIMAL", `${where}: ${quote(text)} is not a decimal number`, {
      hint: 'Write it as a string of digits with an optional point, such as "-2.5".',
    });
  }
  const [, sign, whole = "", fraction = ""] = match;
  const kept = fraction.replace(/0+$/, "");
  if (kept.length > places) {
    throw new TacitError("BAD_DECIMAL", `${where}: ${text} has ${kept.length} decimal places, at most ${places} fit`, {
      hint: `Give at most ${places} digits after the point.`,
    });
  }
  const magnitude = BigInt(whole + kept.padEnd(places, "0"));
  return sign === "-" ? -magnitude : magnitude;
}

/** The exact decimal string of `value` units of `10^-places`, with no trailing zeros and never "-0". */
export function formatDecimal(value: bigint, places: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

function quote(value: unknown): string {
  const text = typeof value === "string" ? value : String(value);
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
