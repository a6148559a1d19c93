import { type Book, bookSchema, type Listed, parseBook } from "../account/book.ts";
import { TacitError } from "../units/errors.ts";
import { parseJson } from "../units/json.ts";
import { assemble, type Imported } from "./assemble.ts";
import { ccxtBalance, ccxtPositions, readCcxtBalance, readCcxtPositions } from "./ccxt.ts";
import { deribitPositions, deribitSummaries, readDeribitPositions, readDeribitSummaries } from "./deribit.ts";
import { isFields } from "./fields.ts";
import type { Dump, Refusal } from "./holding.ts";
import { parseLiterals } from "./literal.ts";
import { type Mapping, readTable } from "./table.ts";

/** What a dropped file can be. */
export const FORMATS = ["tacit", "deribit", "ccxt", "csv"] as const;
export type Format = (typeof FORMATS)[number];

/** Whether what ccxt calls `total` holds the profits of open positions: venues differ, and the dump does not say. */
export const TOTALS = ["wallet", "equity"] as const;
export type Totals = (typeof TOTALS)[number];

export interface ImportFile {
  readonly name: string;
  readonly text: string;
}

export interface ImportRequest {
  /** A venue's positions and balances, in one file or several. */
  readonly files: readonly ImportFile[];
  /** What the market lists. */
  readonly listed: readonly Listed[];
  /** Absent: each file is recognised. */
  readonly format?: Format;
  /** Needed for ccxt balances that come with positions. */
  readonly totals?: Totals;
  /** For tables. */
  readonly mapping?: Mapping;
}

/**
 * Makes one book of what venues and people call a portfolio. Nothing is dropped silently: what the book does not hold
 * is in `refused` with its reason, what was rounded or assumed in `notes`.
 * @throws TacitError `UNKNOWN_FORMAT`, `BAD_IMPORT`, `NEEDS_TOTALS`, `BAD_JSON`, `BAD_FIELD`, `BAD_CSV`
 */
export function importBook(request: ImportRequest): Imported {
  const { files, listed } = request;
  const read = files.map((file) => readFile(file, request));
  const [book] = read.flatMap((one) => (one.format === "tacit" ? [one.file] : []));
  if (book !== undefined) {
    if (files.length === 1) return readOwn(book, listed);
    throw new TacitError("BAD_IMPORT", `${book.name} is a whole book, and other files come with it`, {
      hint: "Give the book alone, or the dumps without it.",
    });
  }
  const dumps = read.flatMap((one) => (one.format === "tacit" ? [] : [one.dump]));
  const imported = assemble(dumps, listed);
  const unread = dumps.some(({ refused }) => refused.length > 0);
  const equity = dumps.some(({ balances }) => balances.some(({ includesPositions }) => includesPositions));
  if (!unread || !equity) return imported;
  const note = "balances that are equities still hold the profit or loss of what could not be read";
  return { ...imported, notes: [...imported.notes, note] };
}

type Read = { readonly format: "tacit"; readonly file: ImportFile } | { readonly format: "venue"; readonly dump: Dump };

function readFile(file: ImportFile, request: ImportRequest): Read {
  const { name, text } = file;
  const isJson = /^\ufeff?\s*[[{]/.test(text);
  const wanted = request.format ?? (isJson ? undefined : "csv");
  const venue = (dump: Dump): Read => ({ format: "venue", dump });
  if (wanted === "csv") return venue(readTable(new TextEncoder().encode(text), name, request.mapping));
  if (wanted === "tacit") return { format: "tacit", file };
  const raw = parseLiterals(text, name);
  if (wanted === undefined && isFields(raw) && "cash" in raw) return { format: "tacit", file };
  const dump =
    (wanted === "ccxt" ? undefined : readDeribit(raw, name)) ??
    (wanted === "deribit" ? undefined : readCcxt(raw, name, request));
  if (dump === undefined) throw unknown(name, wanted);
  return venue(dump);
}

function readDeribit(raw: unknown, name: string): Dump | undefined {
  const positions = deribitPositions(raw);
  if (positions !== undefined) return readDeribitPositions(positions, name);
  const summaries = deribitSummaries(raw);
  return summaries === undefined ? undefined : readDeribitSummaries(summaries, name);
}

function readCcxt(raw: unknown, name: string, { totals, files }: ImportRequest): Dump | undefined {
  const positions = ccxtPositions(raw);
  if (positions !== undefined) return readCcxtPositions(positions, name);
  const total = ccxtBalance(raw);
  if (total === undefined) return undefined;
  if (totals === undefined && files.length > 1) {
    throw new TacitError("NEEDS_TOTALS", `${name}: ccxt passes on what the venue calls a total balance`, {
      hint: "Say whether it is the wallet alone or the equity, with the profits of open positions: --totals wallet or --totals equity.",
    });
  }
  return readCcxtBalance(total, name, totals === "equity");
}

const unknown = (name: string, wanted: Format | undefined): TacitError =>
  new TacitError(
    "UNKNOWN_FORMAT",
    `${name} is ${wanted === undefined ? "nothing that can be imported" : `not what ${wanted} writes`}`,
    {
      hint: "Known are a book, Deribit's get_positions and get_account_summaries, ccxt's fetchPositions and fetchBalance, and CSV.",
    },
  );

/** Our own file, whose good positions stay when others are refused. */
function readOwn({ name, text }: ImportFile, listed: readonly Listed[]): Imported {
  const whole: Book = parseJson(text, name, bookSchema);
  try {
    parseBook(text, name, listed);
    return { book: whole, refused: [], notes: [] };
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
  }
  const refused: Refusal[] = [];
  let kept: Book["positions"] = [];
  parseBook(JSON.stringify({ ...whole, positions: [] }), name, listed);
  for (const [i, position] of whole.positions.entries()) {
    const longer = [...kept, position];
    try {
      parseBook(JSON.stringify({ ...whole, positions: longer }), name, listed);
      kept = longer;
    } catch (error) {
      if (!(error instanceof TacitError)) throw error;
      const reason = error.hint === undefined ? error.message : `${error.message}. ${error.hint}`;
      // The reader was shown the good ones only, so that its place of the last is not the file's.
      const there = reason.replaceAll(`positions[${kept.length}]`, `positions[${i}]`);
      refused.push({ where: `${name}: positions[${i}]`, what: position.instrument, reason: there });
    }
  }
  return { book: { ...whole, version: 1, positions: kept }, refused, notes: [] };
}
