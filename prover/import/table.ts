import { type CsvRecord, readCsv } from "../market/csv.ts";
import { parseName } from "../market/deribit/names.ts";
import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";
import { multiply, negate, parseRational, type Rational, sign } from "../units/rational.ts";
import { isStable } from "./currency.ts";
import {
  type Balance,
  type Dump,
  type Holding,
  inverseHolding,
  linearHolding,
  optionHolding,
  readEach,
} from "./holding.ts";
import { type ReadSymbol, readSymbol } from "./symbols.ts";

/** What a table's columns mean; every one is found by its own name or by one of these. */
export const COLUMNS = {
  instrument: ["instrument", "symbol", "instrument_name"],
  /** Units of the underlying, or contracts where there is a contract size. */
  quantity: ["quantity", "size", "amount", "qty", "contracts"],
  side: ["side", "direction"],
  entryPrice: ["entryprice", "entry_price", "entry price", "average_price", "avg_price"],
  contractSize: ["contractsize", "contract_size", "multiplier"],
  /** USD of inverse contracts, in place of a quantity. */
  usd: ["usd", "notional_usd", "size_usd"],
} as const;

export type Column = keyof typeof COLUMNS;
export const COLUMN_NAMES = Object.keys(COLUMNS) as readonly Column[];

/** The column of the file for one of ours, as its header spells it. */
export type Mapping = Readonly<Partial<Record<Column, string>>>;

const SIDES: Readonly<Record<string, 1 | -1>> = { long: 1, buy: 1, b: 1, short: -1, sell: -1, s: -1 };

/**
 * Reads a table of positions and balances, a row each: a contract by any symbol of `readSymbol`, a coin or a dollar
 * token by its name. A perp or a future needs an entry price. What is settled in its own coin is counted in units
 * unless the row says `usd`.
 * @throws TacitError `BAD_CSV` when the table itself cannot be read
 */
export function readTable(bytes: Uint8Array, file: string, mapping: Mapping = {}): Dump {
  // A record knows a column by the first of its accepted names.
  const accepted = (column: Column): readonly string[] => {
    const own = mapping[column];
    return own === undefined ? COLUMNS[column] : [own.toLowerCase()];
  };
  const label = (column: Column): string => accepted(column)[0] ?? column;
  // A column that somebody mapped must be there.
  const needed = COLUMN_NAMES.filter((column) => column === "instrument" || mapping[column] !== undefined);
  const optional = COLUMN_NAMES.filter((column) => !needed.includes(column));
  const records = readCsv(bytes, file, needed.map(accepted), optional.map(accepted));
  const rows = readEach(
    records,
    (i) => `${file}: row ${records[i]?.row}`,
    (record) => (record as CsvRecord).get(label("instrument")) || "a row without an instrument",
    (record, where) => readRow((column) => (record as CsvRecord).get(label(column)), where),
  );
  return {
    holdings: rows.read.flatMap((row) => ("symbol" in row ? [row] : [])),
    balances: rows.read.flatMap((row) => ("currency" in row ? [row] : [])),
    refused: rows.refused,
  };
}

function readRow(text: (column: Column) => string, where: string): Holding | Balance | undefined {
  const symbol = text("instrument");
  const inUsd = text("usd") !== "";
  if (inUsd && text("quantity") !== "") throw bad("it has both a quantity and an amount of USD");
  const amount = signed(inUsd ? parseRational(text("usd"), "usd") : scaled(text), text("side"));
  if (sign(amount) === 0) return undefined;
  const coin = parseName(symbol);
  if (isStable(symbol) || coin?.kind === "spot") {
    if (inUsd || text("entryPrice") !== "") throw bad("a balance is an amount without a price");
    return { where, currency: symbol, amount, includesPositions: false };
  }
  const read = readSymbol(symbol);
  if (read === undefined) throw bad(`${quote(symbol)} is no contract settled in its own coin, USD, USDC or USDT`);
  return contract({ where, symbol, ...read }, amount, inUsd, text("entryPrice"));
}

function contract(
  line: Pick<Holding, "where" | "symbol"> & ReadSymbol,
  amount: Rational,
  inUsd: boolean,
  entryPrice: string,
): Holding {
  const mark = undefined;
  if (line.name.kind === "option") {
    if (inUsd) throw bad("options are counted in units, not in USD");
    return optionHolding({ quantity: amount, mark }, line);
  }
  if (entryPrice === "") throw bad("a perp or a future needs an entry price");
  const entry = parseRational(entryPrice, "entry price");
  if (sign(entry) <= 0) throw bad("its entry price is not above zero");
  return inUsd
    ? inverseHolding({ usd: amount, entry, mark }, line)
    : linearHolding({ quantity: amount, entry, mark }, line);
}

function scaled(text: (column: Column) => string): Rational {
  const quantity = parseRational(text("quantity"), "quantity");
  const size = text("contractSize");
  if (size === "") return quantity;
  const one = parseRational(size, "contract size");
  if (sign(one) <= 0) throw bad("its contract size is not above zero");
  return multiply(quantity, one);
}

function signed(amount: Rational, side: string): Rational {
  if (side === "") return amount;
  const direction = SIDES[side.toLowerCase()];
  if (direction === undefined) throw bad(`${quote(side)} is neither long nor short`);
  if (direction < 0) return sign(amount) > 0 ? negate(amount) : amount;
  if (sign(amount) < 0) throw bad("its side is long and its amount is negative");
  return amount;
}

const bad = (message: string): TacitError => new TacitError("BAD_FIELD", message);
