import type { Book } from "../../account/book.ts";
import type { PreparedAccount } from "../work/prove.ts";
import type { MarketInfo, Report } from "../work/report.ts";

/** A market with the bytes that a proof is bound to. */
export interface ShownMarket {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly info: MarketInfo;
}

/** What the page is about. It lives in memory only: closing the page forgets it. */
export interface State {
  market: ShownMarket | undefined;
  /** As it was read. */
  base: Book | undefined;
  /** With the changes that were tried. */
  book: Book | undefined;
  /** Of an account file, or made for the last proof: the opening of the commitment, whose secrets are not shown. */
  account: PreparedAccount | undefined;
  baseReport: Report | undefined;
  report: Report | undefined;
}

export const emptyState = (): State => ({
  market: undefined,
  base: undefined,
  book: undefined,
  account: undefined,
  baseReport: undefined,
  report: undefined,
});

export const isChanged = ({ base, book }: State): boolean => JSON.stringify(base) !== JSON.stringify(book);
