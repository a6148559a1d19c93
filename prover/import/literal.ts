import { TacitError } from "../units/errors.ts";
import { checkJson, quote } from "../units/json.ts";
import { equal, parseRational, type Rational } from "../units/rational.ts";

/** A number of a JSON file as its text, digit by digit, because `JSON.parse` would round it to a double. */
export interface Literal {
  readonly literal: string;
}

const isLiteral = (value: unknown): value is Literal =>
  typeof value === "object" && value !== null && Object.keys(value).join() === "literal";

/**
 * Reads JSON with every number as a `Literal`.
 * @throws TacitError `BAD_JSON`, `OLD_RUNTIME` where the engine does not give a number's text
 */
export function parseLiterals(text: string, file: string): unknown {
  const source = text.startsWith("\ufeff") ? text.slice(1) : text;
  checkJson(source, file);
  const revive = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    if (typeof value !== "number") return value;
    if (context?.source === undefined) {
      throw new TacitError("OLD_RUNTIME", "this browser hides the digits of a number in JSON", {
        hint: "Use a current one: exact amounts cannot be read here.",
      });
    }
    return { literal: context.source } satisfies Literal;
  };
  return JSON.parse(source, revive as (key: string, value: unknown) => unknown);
}

/**
 * An amount that a dump gives as a number or a string. A number must be the decimal of the double it reads as: with
 * more digits than that, a program on its way here has cut some off, or the next one will.
 * @throws TacitError `BAD_FIELD`, `BAD_DECIMAL`, `NOT_EXACT`
 */
export function readAmount(value: unknown, where: string): Rational {
  if (typeof value === "string") return parseRational(value, where);
  if (!isLiteral(value)) {
    throw new TacitError("BAD_FIELD", `${where} is ${value === undefined ? "missing" : "not a number"}`);
  }
  const amount = parseRational(value.literal, where);
  const kept = Number(value.literal);
  if (!Number.isFinite(kept) || !equal(amount, parseRational(String(kept), where))) {
    throw new TacitError(
      "NOT_EXACT",
      `${where}: ${quote(value.literal)} does not survive as a number, it becomes ${kept}`,
      {
        hint: "Have it written as a string in quotes.",
      },
    );
  }
  return amount;
}

/** As `readAmount`, and above zero. @throws TacitError as `readAmount`, `BAD_FIELD` */
export function readPositive(value: unknown, where: string): Rational {
  const amount = readAmount(value, where);
  if (amount.n <= 0n) throw new TacitError("BAD_FIELD", `${where} is not above zero`);
  return amount;
}
