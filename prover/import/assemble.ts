import type { Book, Listed } from "../account/book.ts";
import { formatName } from "../market/deribit/names.ts";
import { TacitError } from "../units/errors.ts";
import {
  add,
  divide,
  fits,
  floorTo,
  multiply,
  nearestTo,
  type Rational,
  showRational,
  sign,
  subtract,
  unitsOf,
  ZERO,
} from "../units/rational.ts";
import { Cash, Price, Quantity } from "../units/units.ts";
import { isStable } from "./currency.ts";
import type { Balance, Dump, Holding, Refusal } from "./holding.ts";

/** A book made of somebody's dumps. */
export interface Imported {
  readonly book: Book;
  /** What is in the dumps and not in the book. */
  readonly refused: readonly Refusal[];
  /** What was rounded or assumed on the way, in words. */
  readonly notes: readonly string[];
}

type Entry = Book["positions"][number];

/**
 * Puts dumps together into one book. Everything is exact but three roundings, all towards less equity: an inverse
 * contract's N/e coins and a coin balance down to 1e-6, and cash down to 1e-12 USD. An entry price of more than 6
 * places is written as the nearest one, and cash makes up the difference, so that what is owed stays exact.
 */
export function assemble(dumps: readonly Dump[], listed: readonly Listed[]): Imported {
  const holdings = dumps.flatMap((dump) => dump.holdings);
  const balances = dumps.flatMap((dump) => dump.balances);
  const refused = dumps.flatMap((dump) => dump.refused);
  const notes: string[] = [];
  const names = new Map(listed.map((instrument) => [instrument.name, instrument]));
  const positions: Entry[] = [];
  let cash = ZERO;

  for (const own of purse(balances, holdings, refused, notes)) {
    if (isStable(own.currency)) {
      if (own.currency !== "USD") notes.push(`${showRational(own.amount)} ${own.currency} count as USD, at par`);
      cash = add(cash, own.amount);
      continue;
    }
    const problem = refusalOfCoin(own, names);
    if (problem !== undefined) {
      refused.push({ where: own.where, what: `${showRational(own.amount)} ${own.currency}`, reason: problem });
      continue;
    }
    const kept = floorTo(own.amount, Quantity.places);
    const rest = subtract(own.amount, unitsOf(kept, Quantity.places));
    if (sign(rest) !== 0) notes.push(`${showRational(rest)} ${own.currency} are left out: a book counts in 0.000001`);
    if (kept > 0n) {
      positions.push({ instrument: own.currency, quantity: Quantity.format(Quantity.of(kept, own.where)) });
    }
  }

  for (const [name, held] of groupByName(holdings)) {
    const good = held.filter((holding) => {
      const problem = refusalOfHolding(holding, name, names);
      if (problem !== undefined) refused.push({ where: holding.where, what: holding.symbol, reason: problem });
      return problem === undefined;
    });
    if (good.length === 0) continue;
    if (good.length > 1) notes.push(`${good.map(({ symbol }) => symbol).join(" and ")} are one position in ${name}`);
    const total = good.map(({ quantity }) => quantity).reduce(add);
    const owed = good.map((holding) => holding.owed).reduce(add);
    const kept = floorTo(total, Quantity.places);
    if (!fits(total, Quantity.places)) {
      notes.push(`${name}: ${showRational(total)} is written as ${Quantity.format(kept as Quantity)}, rounded down`);
    }
    cash = subtract(cash, owed);
    if (kept === 0n) {
      notes.push(`${name}: nothing is left of it but its profit or loss, which is in cash`);
      continue;
    }
    const { entry, paid } = writeEntry(name, kept, good[0]?.name.kind === "option" ? undefined : owed);
    cash = add(cash, paid);
    positions.push(entry);
  }

  const units = floorTo(cash, Cash.places);
  if (!fits(cash, Cash.places)) notes.push("cash is rounded down to 0.000000000001 USD");
  const book: Book = { version: 1, cash: Cash.format(Cash.of(units, "cash")), positions };
  return { book, refused, notes };
}

/** The entry of a position, and what of cash it takes back, because a book's reader deducts quantity times entry. */
function writeEntry(name: string, quantity: bigint, owed: Rational | undefined): { entry: Entry; paid: Rational } {
  const amount = unitsOf(quantity, Quantity.places);
  const entry = { instrument: name, quantity: Quantity.format(Quantity.of(quantity, name)) };
  if (owed === undefined) return { entry, paid: ZERO };
  const average = nearestTo(divide(owed, amount), Price.places);
  // What is merged from several entries may average to no price at all; cash still carries what is owed.
  const price = average < 1n ? 1n : average > LARGEST ? LARGEST : average;
  return {
    entry: { ...entry, entryPrice: Price.format(price as Price) },
    paid: multiply(amount, unitsOf(price, Price.places)),
  };
}

const LARGEST = (1n << 47n) - 1n;

interface Coins {
  readonly where: string;
  readonly currency: string;
  readonly amount: Rational;
}

/** Balances by currency without what open positions add to them, and a note for every position without a balance. */
function purse(
  balances: readonly Balance[],
  holdings: readonly Holding[],
  refused: Refusal[],
  notes: string[],
): Coins[] {
  const coins = balances.flatMap(({ where, currency, amount, includesPositions }): Coins[] => {
    if (!includesPositions) return [{ where, currency, amount }];
    const own = holdings.filter(({ settle }) => settle === currency);
    const blind = own.find(({ worth }) => worth === undefined);
    if (blind !== undefined) {
      const reason = `it includes the profit of ${blind.symbol}, which has no mark price to take it off`;
      refused.push({ where, what: `balance of ${currency}`, reason });
      return [];
    }
    const rest = own.reduce((left, { worth }) => subtract(left, worth ?? ZERO), amount);
    return sign(rest) === 0 ? [] : [{ where, currency, amount: rest }];
  });
  const known = new Set(balances.map(({ currency }) => currency));
  for (const settle of new Set(holdings.map((holding) => holding.settle))) {
    if (!known.has(settle)) notes.push(`there is no balance of ${settle}: its collateral counts as none`);
  }
  return coins.filter(({ amount }) => sign(amount) !== 0);
}

function refusalOfCoin({ currency, amount }: Coins, listed: ReadonlyMap<string, Listed>): string | undefined {
  if (listed.get(currency)?.kind !== "spot") return `the market takes no ${currency} as collateral`;
  if (sign(amount) < 0) return "it is owed: collateral is owned, and the book leaves this debt out";
  return outOfRange(floorTo(amount, Quantity.places));
}

function refusalOfHolding(holding: Holding, name: string, listed: ReadonlyMap<string, Listed>): string | undefined {
  if (!listed.has(name)) return `the market does not list ${name}`;
  if (!holding.inverse && !fits(holding.quantity, Quantity.places)) {
    return `its quantity ${showRational(holding.quantity)} has more than ${Quantity.places} decimal places`;
  }
  return outOfRange(floorTo(holding.quantity, Quantity.places));
}

function outOfRange(quantity: bigint): string | undefined {
  try {
    Quantity.of(quantity, "its quantity");
    return undefined;
  } catch (error) {
    if (error instanceof TacitError) return error.message;
    throw error;
  }
}

function groupByName(holdings: readonly Holding[]): Map<string, Holding[]> {
  const groups = new Map<string, Holding[]>();
  for (const holding of holdings) {
    const name = formatName(holding.name);
    groups.set(name, [...(groups.get(name) ?? []), holding]);
  }
  return groups;
}
