import type { ParsedName } from "../market/deribit/names.ts";
import { TacitError } from "../units/errors.ts";
import { divide, multiply, type Rational, subtract, ZERO } from "../units/rational.ts";
import { type ReadSymbol, readSymbol } from "./symbols.ts";

/** A contract that a dump says is held, exactly. */
export interface Holding {
  /** The place in its file, such as `positions.json: result[3]`. */
  readonly where: string;
  readonly symbol: string;
  readonly name: ParsedName;
  readonly settle: string;
  /** Units of the underlying, signed. */
  readonly quantity: Rational;
  /** USD still to be paid for it, quantity times entry; zero for options, whose premium has been paid. */
  readonly owed: Rational;
  /** Where the quantity is a quotient, which is rounded; all others must be exact. */
  readonly inverse: boolean;
  /** Its value in `settle` at the dump's own mark price; undefined when the dump has none. */
  readonly worth: Rational | undefined;
}

export interface Balance {
  readonly where: string;
  readonly currency: string;
  readonly amount: Rational;
  /** Whether the profits of open positions and the value of options are inside already, as in an equity. */
  readonly includesPositions: boolean;
}

/** Something that is in a dump and not in the book. */
export interface Refusal {
  readonly where: string;
  readonly what: string;
  readonly reason: string;
}

/** What was read from one file. */
export interface Dump {
  readonly holdings: readonly Holding[];
  readonly balances: readonly Balance[];
  readonly refused: readonly Refusal[];
}

/**
 * N USD of inverse contracts entered at e are N/e coins at e, never N/mark: their profit at m is N (1/e - 1/m) coins,
 * which are (N/e) (m - e) USD.
 */
export function inverseHolding(
  terms: { readonly usd: Rational; readonly entry: Rational; readonly mark: Rational | undefined },
  line: Pick<Holding, "where" | "symbol"> & ReadSymbol,
): Holding {
  const { usd, entry, mark } = terms;
  const quantity = divide(usd, entry);
  const worth = mark === undefined ? undefined : subtract(quantity, divide(usd, mark));
  return { ...line, quantity, owed: usd, inverse: true, worth };
}

/** Perps and futures of so many units, settled in dollars: profit q (m - e). */
export function linearHolding(
  terms: { readonly quantity: Rational; readonly entry: Rational; readonly mark: Rational | undefined },
  line: Pick<Holding, "where" | "symbol"> & ReadSymbol,
): Holding {
  const { quantity, entry, mark } = terms;
  const worth = mark === undefined ? undefined : multiply(quantity, subtract(mark, entry));
  return { ...line, quantity, owed: multiply(quantity, entry), inverse: false, worth };
}

/** Options of so many units, marked in what they settle in. */
export function optionHolding(
  terms: { readonly quantity: Rational; readonly mark: Rational | undefined },
  line: Pick<Holding, "where" | "symbol"> & ReadSymbol,
): Holding {
  const { quantity, mark } = terms;
  const worth = mark === undefined ? undefined : multiply(quantity, mark);
  return { ...line, quantity, owed: ZERO, inverse: false, worth };
}

/** A symbol with what it means. @throws TacitError `UNKNOWN_SYMBOL` */
export function requireSymbol(symbol: string): ReadSymbol {
  const read = readSymbol(symbol);
  if (read === undefined) {
    throw new TacitError("UNKNOWN_SYMBOL", "its symbol is no contract settled in its own coin, USD, USDC or USDT");
  }
  return read;
}

/** Collects what can be read, and the reason for what cannot. */
export function readEach<T>(
  items: readonly unknown[],
  at: (i: number) => string,
  what: (item: unknown) => string,
  read: (item: unknown, where: string) => T | undefined,
): { readonly read: T[]; readonly refused: Refusal[] } {
  const done: T[] = [];
  const refused: Refusal[] = [];
  for (const [i, item] of items.entries()) {
    const where = at(i);
    try {
      const value = read(item, where);
      if (value !== undefined) done.push(value);
    } catch (error) {
      if (!(error instanceof TacitError)) throw error;
      refused.push({ where, what: what(item), reason: error.message });
    }
  }
  return { read: done, refused };
}
