import { type Listed, parseBook } from "../account/book.ts";
import { type AccountState, randomSecret } from "../account/state.ts";
import type { Size } from "../chain/gate.ts";
import { type Explanation, explain } from "../explain/explain.ts";
import { revaluer } from "../explain/shift.ts";
import type { SetName } from "../market/types.ts";
import type { Portfolio } from "../risk/types.ts";
import { Coverage } from "../units/units.ts";
import { type Day, shipped } from "./days.ts";

/** A trader of the story. */
export interface Trader {
  readonly title: string;
  readonly about: string;
  /** The book's file, from the repository's root. */
  readonly book: string;
  /** Positions the account's circuit holds: public from the account's opening on. */
  readonly size: Size;
}

export const TRADERS = {
  hedged: {
    title: "Hedged options",
    about: "strangles sold in BTC and ETH, wings bought against them, deltas hedged",
    book: "data/books/hedged-options.json",
    size: 16,
  },
  directional: {
    title: "Leveraged directional",
    about: "long both perps and calls on top, little margin to spare",
    book: "data/books/leveraged-directional.json",
    size: 4,
  },
  carry: {
    title: "Cash and carry",
    about: "coins bought on borrowed dollars, the future sold against them",
    book: "data/books/cash-and-carry.json",
    size: 4,
  },
} as const satisfies Record<string, Trader>;

export type TraderName = keyof typeof TRADERS;
export const TRADER_NAMES = Object.keys(TRADERS) as TraderName[];

/** What both sets require of each, as a trader reads it. */
export type Requirements = Readonly<Record<TraderName, Readonly<Record<SetName, Explanation>>>>;

/** Something for each trader, made one after the other. */
export async function byTrader<T>(make: (name: TraderName) => Promise<T> | T): Promise<Record<TraderName, T>> {
  const made = {} as Record<TraderName, T>;
  for (const name of TRADER_NAMES) made[name] = await make(name);
  return made;
}

/** One times the requirement: what the story's gate asks. */
export const COVERAGE = Coverage.parse("1", "coverage");

/** A trader's book, as the command line reads it. */
export async function readBook(trader: Trader, instruments: readonly Listed[]): Promise<Portfolio> {
  const { name, bytes } = await shipped(trader.book);
  return parseBook(new TextDecoder().decode(bytes), name, instruments);
}

/** A portfolio under a fresh salt. */
export const hide = (portfolio: Portfolio, accountId: bigint): AccountState => ({
  ...portfolio,
  accountId,
  salt: randomSecret(),
});

/** What a portfolio's requirement is on a day. */
export function explainOn(day: Day, set: SetName, portfolio: Portfolio): Explanation {
  const { market, inputs, profile } = day;
  const { timestamp, instruments, index } = market;
  return explain({
    set: market.sets[set],
    portfolio,
    coverage: COVERAGE,
    names: new Map(instruments.map(({ id, name }) => [id, name])),
    market: { timestamp, instruments, index, revalue: revaluer(inputs, profile, set, portfolio.positions) },
  });
}
