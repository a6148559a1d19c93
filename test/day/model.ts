import type { AccountState } from "../../prover/account/state.ts";

/** What an account should hold, kept by additions alone: no line of the product takes part. */
export interface Book {
  /** 1e-12 USD. */
  cash: bigint;
  /** 1e-6, by instrument; 0 stays out. */
  readonly held: Map<number, bigint>;
}

export const emptyBook = (): Book => ({ cash: 0n, held: new Map() });

function add({ held }: Book, id: number, quantity: bigint): void {
  const next = (held.get(id) ?? 0n) + quantity;
  if (next === 0n) held.delete(id);
  else held.set(id, next);
}

/** @param amount signed, 1e-6 */
export function transfer(book: Book, asset: number, amount: bigint): void {
  if (asset === 0) book.cash += amount * 1_000_000n;
  else add(book, asset, amount);
}

/** @param price 1e-6 USD */
export function trade(buyer: Book, seller: Book, id: number, quantity: bigint, price: bigint): void {
  add(buyer, id, quantity);
  add(seller, id, -quantity);
  buyer.cash -= quantity * price;
  seller.cash += quantity * price;
}

/** @param price 1e-6 USD */
export function settle(book: Book, id: number, price: bigint): void {
  const quantity = book.held.get(id) ?? 0n;
  book.cash += quantity * price;
  book.held.delete(id);
}

/** A state as a book, for a comparison. */
export const bookOf = ({ cash, positions }: AccountState): Book => ({
  cash,
  held: new Map(positions.filter(({ quantity }) => quantity !== 0n).map(({ id, quantity }) => [id, quantity])),
});

/** A book in a form that two of them are compared by. */
export const shown = ({ cash, held }: Book): string =>
  JSON.stringify([String(cash), [...held].sort(([a], [b]) => a - b).map(([id, quantity]) => [id, String(quantity)])]);

/** Of all books together: cash, and each instrument. */
export function totals(books: Iterable<Book>): Book {
  const all = emptyBook();
  for (const { cash, held } of books) {
    all.cash += cash;
    for (const [id, quantity] of held) add(all, id, quantity);
  }
  return all;
}
