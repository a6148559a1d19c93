import { TacitError } from "../../units/errors.ts";
import { quote } from "../../units/json.ts";
import { type CsvRecord, readCsv, readNumber, readPrice } from "../csv.ts";
import { isoTime, parseUtc } from "../time.ts";
import type { Instrument } from "../types.ts";
import { formatName, type OptionName, parseName } from "./names.ts";

/** A venue's market at one moment, before anything is listed under an id. */
export interface Chain {
  readonly venue: string;
  /** Unix seconds: the newest row's, rounded down. */
  readonly timestamp: number;
  /** USD, by underlying in alphabetical order. */
  readonly index: Readonly<Record<string, number>>;
  readonly instruments: readonly Unlisted[];
}

/** An instrument that has no id yet. */
export type Unlisted = Omit<Instrument, "id">;

/** A row older than the newest row by more than this many seconds is stale. */
export const STALE_SECONDS = 300;

/**
 * How far a row may lie from the median over its rows. Within one snapshot the shipped chains' forwards differ by up to
 * 0.09%; their index, which each row carries as of its own reading, by up to 0.71% on the day of the crash.
 */
export const MAX_DEVIATION = { forward: 0.01, index: 0.03 } as const;

/** Implied volatilities are fractions; 0.1% and 1,000% bound what is meant seriously. */
const VOLATILITY = { least: 0.001, most: 10 } as const;

const COLUMNS = [
  "timestamp",
  "instrument_name",
  "option_type",
  "strike",
  "expiry_datetime",
  "bid_price",
  "ask_price",
  "mark_price",
  "futures_price",
  "implied_volatility",
  "currency",
  "index_price",
].map((name) => [name]);

interface Quote {
  readonly record: CsvRecord;
  readonly name: OptionName;
  readonly time: number;
  readonly forward: number;
  readonly index: number;
  readonly volatility: number;
}

/**
 * Reads a snapshot of Deribit's option chain: one row per option, quotes and marks in coin, `futures_price` and
 * `index_price` in USD, `implied_volatility` as a fraction, times in UTC. Beside every option it lists the future of
 * each expiry at the options' forward, and each underlying's perpetual and collateral coin at the index. An expiry's
 * forward and an underlying's index are the medians over their rows, which were read moments apart, rounded to 1e-6 USD.
 * @param underlyings those that may occur
 * @throws TacitError `BAD_CSV`
 */
export function readDeribitChain(bytes: Uint8Array, file: string, underlyings: readonly string[]): Chain {
  const records = readCsv(bytes, file, COLUMNS);
  const seen = new Map<string, number>();
  const quotes = records.map((record) => {
    const quoted = readQuote(record, underlyings);
    const name = formatName(quoted.name);
    const earlier = seen.get(name);
    if (earlier !== undefined) throw record.error("instrument_name", `${name} already stands in row ${earlier}`);
    seen.set(name, record.row);
    return quoted;
  });
  if (quotes.length === 0) throw new TacitError("BAD_CSV", `${file}: the file has no instruments`);
  const timestamp = newestTime(quotes);

  const byUnderlying = [...groupBy(quotes, ({ name }) => name.underlying)].sort(([a], [b]) => (a < b ? -1 : 1));
  const index: Record<string, number> = {};
  const instruments: Unlisted[] = [];
  for (const [underlying, own] of byUnderlying) {
    const spot = consensus(own, "index_price", MAX_DEVIATION.index, ({ index }) => index);
    index[underlying] = spot;
    for (const kind of ["spot", "perp"] as const) {
      instruments.push({ name: formatName({ kind, underlying }), kind, underlying, forward: spot });
    }
    for (const [expiry, options] of [...groupBy(own, ({ name }) => name.expiry)].sort(([a], [b]) => a - b)) {
      const forward = consensus(options, "futures_price", MAX_DEVIATION.forward, ({ forward }) => forward);
      const kind = "future";
      instruments.push({ name: formatName({ kind, underlying, expiry }), kind, underlying, expiry, forward });
      for (const { name, volatility } of options.toSorted((a, b) => byStrike(a.name, b.name))) {
        instruments.push({ ...name, name: formatName(name), forward, volatility });
      }
    }
  }
  return { venue: "Deribit", timestamp, index, instruments };
}

function readQuote(record: CsvRecord, underlyings: readonly string[]): Quote {
  const name = readOptionName(record, underlyings);
  const time = readTime(record, "timestamp");
  if (name.expiry <= time) {
    throw record.error(
      "expiry_datetime",
      `the option expired at or before the snapshot of ${isoTime(Math.floor(time))}`,
    );
  }
  const bid = readQuoted(record, "bid_price");
  const ask = readQuoted(record, "ask_price");
  if (bid !== undefined && ask !== undefined && bid > ask) {
    throw record.error("bid_price", `the bid ${bid} is above the ask ${ask}: the quote is crossed`);
  }
  // Read for its presence only: an option is marked by its volatility, but an option without a mark is not traded.
  readNotNegative(record, "mark_price");
  const volatility = readNumber(record, "implied_volatility");
  if (volatility < VOLATILITY.least || volatility > VOLATILITY.most) {
    throw record.error("implied_volatility", `${volatility} is out of range`, "It is a fraction: 0.521 for 52.1%.");
  }
  const forward = readPrice(record, "futures_price");
  const index = readPrice(record, "index_price");
  return { record, name, time, forward, index, volatility };
}

/** The name, with every column that repeats a part of it in agreement. */
function readOptionName(record: CsvRecord, underlyings: readonly string[]): OptionName {
  const text = record.get("instrument_name");
  const name = parseName(text);
  if (name?.kind !== "option") {
    throw record.error("instrument_name", `${quote(text)} is not an option`, "Such as BTC-27MAR26-60000-P.");
  }
  if (!underlyings.includes(name.underlying)) {
    throw record.error(
      "instrument_name",
      `unknown underlying ${name.underlying}`,
      `Known are ${underlyings.join(", ")}.`,
    );
  }
  const currency = record.get("currency");
  if (currency !== name.underlying)
    throw record.error("currency", `${quote(currency)} is not ${text}'s ${name.underlying}`);
  const type = record.get("option_type");
  if (type !== name.optionType) throw record.error("option_type", `${quote(type)} is not ${text}'s ${name.optionType}`);
  const strike = readPrice(record, "strike");
  if (strike !== name.strike) throw record.error("strike", `${strike} is not ${text}'s ${name.strike}`);
  if (readTime(record, "expiry_datetime") !== name.expiry) {
    const due = isoTime(name.expiry);
    throw record.error("expiry_datetime", `${quote(record.get("expiry_datetime"))} is not ${text}'s ${due}`);
  }
  return name;
}

function readTime(record: CsvRecord, column: string): number {
  const text = record.get(column);
  const time = parseUtc(text);
  if (time === undefined || !time.zoned) {
    throw record.error(column, `${quote(text)} is not a UTC time`, "Write it as 2026-02-04T21:33:08+00:00.");
  }
  return time.seconds;
}

/** A quote in coin; blank when nobody quotes. */
const readQuoted = (record: CsvRecord, column: string): number | undefined =>
  record.get(column) === "" ? undefined : readNotNegative(record, column);

function readNotNegative(record: CsvRecord, column: string): number {
  const value = readNumber(record, column);
  if (value < 0) throw record.error(column, `${value} is negative`);
  return value;
}

/** The newest row's second. Age is measured against the newest row, never the clock: a file stays as fresh as it was. */
function newestTime(quotes: readonly Quote[]): number {
  const newest = Math.max(...quotes.map(({ time }) => time));
  const row = quotes.find(({ time }) => time === newest)?.record.row;
  for (const { record, time } of quotes) {
    if (newest - time > STALE_SECONDS) {
      const age = Math.round(newest - time);
      throw record.error("timestamp", `the row is stale: ${age} seconds older than the newest, row ${row}`, STALE_HINT);
    }
  }
  return Math.floor(newest);
}

const STALE_HINT = `All rows of a snapshot are taken within ${STALE_SECONDS} seconds.`;

/** The median of a column that should be the same in every row. */
function consensus(quotes: readonly Quote[], column: string, most: number, of: (quote: Quote) => number): number {
  const middle = median(quotes.map(of));
  for (const quoted of quotes) {
    if (Math.abs(of(quoted) - middle) > most * middle) {
      const problem = `${of(quoted)} is more than ${most * 100}% from ${middle}, the median of its rows`;
      throw quoted.record.error(column, problem, "All rows of a snapshot describe one moment.");
    }
  }
  return middle;
}

/** In units of 1e-6 USD, which also rids the mean of two middle values of its binary noise. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = low] = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  return Number(((low + high) / 2).toFixed(6));
}

const byStrike = (a: OptionName, b: OptionName): number =>
  a.strike - b.strike || (a.optionType < b.optionType ? -1 : 1);

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
