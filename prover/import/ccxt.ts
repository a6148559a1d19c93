import { TacitError } from "../units/errors.ts";
import { multiply, negate, type Rational, sign } from "../units/rational.ts";
import { isDeribitPosition, readDeribitPosition } from "./deribit.ts";
import { type Fields, given, isFields, nameOf, readText } from "./fields.ts";
import {
  type Dump,
  type Holding,
  inverseHolding,
  linearHolding,
  optionHolding,
  readEach,
  requireSymbol,
} from "./holding.ts";
import { readAmount, readPositive } from "./literal.ts";

/** What `fetchPositions` returned; undefined for anything else. */
export function ccxtPositions(raw: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const known = (item: unknown) => isFields(item) && given(item, "symbol") && given(item, "side");
  return raw.some(known) ? raw : undefined;
}

/** What `fetchBalance` returned; undefined for anything else. */
export function ccxtBalance(raw: unknown): Fields | undefined {
  return isFields(raw) && isFields(raw.total) && isFields(raw.free) && isFields(raw.used) ? raw.total : undefined;
}

export function readCcxtPositions(list: readonly unknown[], file: string): Dump {
  const { read, refused } = readEach(
    list,
    (i) => `${file}: [${i}]`,
    (item) => nameOf(item, "symbol"),
    readCcxtPosition,
  );
  return { holdings: read, balances: [], refused };
}

function readCcxtPosition(item: unknown, where: string): Holding | undefined {
  if (!isFields(item)) throw new TacitError("BAD_FIELD", "it is not an object");
  // ccxt leaves Deribit's contracts empty and keeps the venue's own answer beside them.
  if (!given(item, "contracts") && isDeribitPosition(item.info)) {
    const own = readDeribitPosition(item.info, where);
    return own === undefined ? undefined : { ...own, symbol: readText(item, "symbol") };
  }
  const symbol = readText(item, "symbol");
  const read = requireSymbol(symbol);
  const contracts = signedContracts(item);
  if (sign(contracts) === 0) return undefined;
  if (!given(item, "contractSize")) {
    throw new TacitError("BAD_FIELD", "contractSize is missing, so that its contracts may be of any size");
  }
  const amount = multiply(contracts, readPositive(item.contractSize, "contractSize"));
  const line = { where, symbol, ...read };
  const mark = given(item, "markPrice") ? readPositive(item.markPrice, "markPrice") : undefined;
  if (read.name.kind === "option") return optionHolding({ quantity: amount, mark }, line);
  const entry = readPositive(item.entryPrice, "entryPrice");
  const holding = read.inverse
    ? inverseHolding({ usd: amount, entry, mark }, line)
    : linearHolding({ quantity: amount, entry, mark }, line);
  if (mark !== undefined || !given(item, "unrealizedPnl")) return holding;
  return { ...holding, worth: readAmount(item.unrealizedPnl, "unrealizedPnl") };
}

function signedContracts(item: Fields): Rational {
  const contracts = readAmount(item.contracts, "contracts");
  if (item.side === "short") return sign(contracts) > 0 ? negate(contracts) : contracts;
  if (item.side !== "long") throw new TacitError("BAD_FIELD", "side is neither long nor short");
  if (sign(contracts) < 0) throw new TacitError("BAD_FIELD", "its side is long and its contracts are negative");
  return contracts;
}

/** @param includesPositions whether the venue's `total` is an equity; ccxt passes on what each venue calls total */
export function readCcxtBalance(total: Fields, file: string, includesPositions: boolean): Dump {
  const { read, refused } = readEach(
    Object.entries(total),
    (i) => `${file}: total.${Object.keys(total)[i]}`,
    (entry) => `balance of ${(entry as [string, unknown])[0]}`,
    (entry, where) => {
      const [currency, value] = entry as [string, unknown];
      // ccxt knows no total of some currencies, and says so with null.
      if (value === null) throw new TacitError("BAD_FIELD", "its total is null");
      return { where, currency, amount: readAmount(value, "total"), includesPositions };
    },
  );
  return { holdings: [], balances: read, refused };
}
