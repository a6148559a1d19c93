import { TacitError } from "../units/errors.ts";
import { negate, type Rational, sign } from "../units/rational.ts";
import { type Fields, given, isFields, nameOf, readText } from "./fields.ts";
import {
  type Balance,
  type Dump,
  type Holding,
  inverseHolding,
  linearHolding,
  optionHolding,
  readEach,
  requireSymbol,
} from "./holding.ts";
import { readAmount, readPositive } from "./literal.ts";

const unwrap = (raw: unknown): unknown => (isFields(raw) && given(raw, "result") ? raw.result : raw);

/** The positions of `private/get_positions`, with or without its JSON-RPC envelope; undefined for anything else. */
export function deribitPositions(raw: unknown): readonly unknown[] | undefined {
  const list = unwrap(raw);
  if (!Array.isArray(list)) return undefined;
  return list.some((item) => isDeribitPosition(item)) ? list : undefined;
}

export const isDeribitPosition = (item: unknown): item is Fields =>
  isFields(item) && given(item, "instrument_name") && given(item, "size");

/** The accounts of `private/get_account_summaries` or `get_account_summary`; undefined for anything else. */
export function deribitSummaries(raw: unknown): readonly unknown[] | undefined {
  const result = unwrap(raw);
  if (!isFields(result)) return undefined;
  if (Array.isArray(result.summaries)) return result.summaries;
  return given(result, "currency") && given(result, "equity") ? [result] : undefined;
}

export function readDeribitPositions(list: readonly unknown[], file: string): Dump {
  const { read, refused } = readEach(
    list,
    (i) => `${file}: positions[${i}]`,
    (item) => nameOf(item, "instrument_name"),
    readDeribitPosition,
  );
  return { holdings: read, balances: [], refused };
}

/**
 * One position. `size` is USD for inverse perps and futures, coins for everything else; `average_price` is the entry
 * price; options are marked in what they settle in.
 * @returns undefined for a closed one
 * @throws TacitError
 */
export function readDeribitPosition(item: unknown, where: string): Holding | undefined {
  if (!isFields(item)) throw new TacitError("BAD_FIELD", "it is not an object");
  const symbol = readText(item, "instrument_name");
  const read = requireSymbol(symbol);
  const size = signedSize(item);
  if (sign(size) === 0) return undefined;
  const line = { where, symbol, ...read };
  const mark = given(item, "mark_price") ? readAmount(item.mark_price, "mark_price") : undefined;
  if (read.name.kind === "option") return optionHolding({ quantity: size, mark }, line);
  const entry = readPositive(item.average_price, "average_price");
  if (mark !== undefined && sign(mark) <= 0) throw new TacitError("BAD_FIELD", "mark_price is not above zero");
  return read.inverse
    ? inverseHolding({ usd: size, entry, mark }, line)
    : linearHolding({ quantity: size, entry, mark }, line);
}

function signedSize(item: Fields): Rational {
  const size = readAmount(item.size, "size");
  const direction = given(item, "direction") ? item.direction : undefined;
  if (direction === "sell" && sign(size) > 0) return negate(size);
  if (direction === "buy" && sign(size) < 0) {
    throw new TacitError("BAD_FIELD", "its direction is buy and its size is negative");
  }
  return size;
}

export function readDeribitSummaries(list: readonly unknown[], file: string): Dump {
  const { read, refused } = readEach(
    list,
    (i) => `${file}: summaries[${i}]`,
    (item) => `balance of ${nameOf(item, "currency")}`,
    (item, where): Balance => {
      if (!isFields(item)) throw new TacitError("BAD_FIELD", "it is not an object");
      // Not `balance`: settlements move profits into it while the entry prices stay.
      const amount = readAmount(item.equity, "equity");
      return { where, currency: readText(item, "currency"), amount, includesPositions: true };
    },
  );
  return { holdings: [], balances: read, refused };
}
