import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";

/** A record of a CSV file whose columns are read by name. */
export interface CsvRecord {
  /** The file's line the record starts at; the header is row 1, as in a spreadsheet. */
  readonly row: number;
  /** The text of a column, which the header is known to have. */
  get(column: string): string;
  /** A refusal that names the file, the row and the column. */
  error(column: string, problem: string, hint?: string): TacitError;
}

const MAX_FILE_BYTES = 64 * 2 ** 20;
const MAX_FIELD_CHARACTERS = 10_000;

/**
 * Reads CSV (RFC 4180: commas, double quotes, CRLF or LF; a byte order mark is skipped) strictly: nothing is guessed,
 * trimmed or repaired. Column names match in any order and in upper or lower case; other columns are ignored.
 * @param columns the columns needed, each as its accepted names; records know it by the first
 * @param optional further columns, which read as blank where the header has none of their names
 * @throws TacitError `BAD_CSV`
 */
export function readCsv(
  bytes: Uint8Array,
  file: string,
  columns: readonly (readonly string[])[],
  optional: readonly (readonly string[])[] = [],
): CsvRecord[] {
  const [header, ...records] = splitRecords(decode(bytes, file), file);
  if (header === undefined) throw bad(`${file}: the file is empty`);
  const there = new Set(header.fields.map((name) => name.toLowerCase()));
  const extra = optional.filter((accepted) => accepted.some((name) => there.has(name)));
  const places = findColumns(header.fields, file, [...columns, ...extra]);
  return records.map(({ row, fields }) => {
    if (fields.length !== header.fields.length) {
      throw bad(`${file}: row ${row} has ${fields.length} fields, the header has ${header.fields.length}`);
    }
    return {
      row,
      get: (column) => fields[places.get(column) ?? -1] ?? "",
      error: (column, problem, hint) =>
        new TacitError(
          "BAD_CSV",
          `${file}: row ${row}, ${header.fields[places.get(column) ?? -1] ?? column}: ${problem}`,
          {
            ...(hint === undefined ? {} : { hint }),
          },
        ),
    };
  });
}

const bad = (message: string, hint?: string) => new TacitError("BAD_CSV", message, hint === undefined ? {} : { hint });

function decode(bytes: Uint8Array, file: string): string {
  if (bytes.length > MAX_FILE_BYTES) throw bad(`${file}: ${bytes.length} bytes are more than a market file can hold`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw bad(`${file}: this is not UTF-8 text`, "Unpack or export it as a plain CSV file.");
  }
  if (text.includes("\0")) throw bad(`${file}: this is not text`, "Unpack or export it as a plain CSV file.");
  return text;
}

function findColumns(header: readonly string[], file: string, columns: readonly (readonly string[])[]) {
  const names = header.map((name) => name.toLowerCase());
  return new Map(
    columns.map((accepted) => {
      const found = names.flatMap((name, place) => (accepted.includes(name) ? [place] : []));
      const wanted = accepted.join('" or "');
      if (found[0] === undefined || accepted[0] === undefined) {
        throw bad(
          `${file}: row 1: the column "${wanted}" is missing`,
          `Needed are ${columns.map(([name]) => name).join(", ")}.`,
        );
      }
      if (found.length > 1) throw bad(`${file}: row 1: the column "${wanted}" appears ${found.length} times`);
      return [accepted[0], found[0]];
    }),
  );
}

/** Splits text into records, each with the line it starts at. A blank line is refused except at the end. */
function splitRecords(text: string, file: string): { row: number; fields: string[] }[] {
  const records: { row: number; fields: string[] }[] = [];
  // One field: quoted text with doubled quotes, or plain text; then what ends it.
  const field = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  let row = 1;
  let blank = 0;
  while (field.lastIndex < text.length) {
    const fields: string[] = [];
    const start = row;
    for (let end = ","; end === ","; ) {
      const match = field.exec(text);
      if (match === null)
        throw bad(
          `${file}: row ${row}: a quote or a line end is out of place`,
          "Inside a quoted field a quote is doubled.",
        );
      const [, quoted, plain = "", stop = ""] = match;
      const value = quoted === undefined ? plain : quoted.replaceAll('""', '"');
      if (value.length > MAX_FIELD_CHARACTERS) throw bad(`${file}: row ${row}: a field has ${value.length} characters`);
      fields.push(value);
      if (quoted !== undefined) row += quoted.split("\n").length - 1;
      end = stop;
    }
    row += 1;
    if (fields.length === 1 && fields[0] === "") {
      blank ||= start;
      continue;
    }
    if (blank !== 0) throw bad(`${file}: row ${blank} is blank`);
    records.push({ row: start, fields });
  }
  return records;
}

const NUMBER = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;

/**
 * The number in a column: digits with an optional point and exponent; never blank, NaN or infinite.
 * @throws TacitError `BAD_CSV`
 */
export function readNumber(record: CsvRecord, column: string): number {
  const text = record.get(column);
  if (text === "") throw record.error(column, "the value is blank");
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw record.error(column, `${quote(text)} is not a finite number`);
  return value;
}

/** As `readNumber`, and above zero and small enough for a price. @throws TacitError `BAD_CSV` */
export function readPrice(record: CsvRecord, column: string): number {
  const value = readNumber(record, column);
  if (value < SMALLEST_PRICE || value > LARGEST_PRICE) {
    throw record.error(
      column,
      `${record.get(column)} is not a price`,
      "A price lies between 0.000001 and 100,000,000 USD.",
    );
  }
  return value;
}

export const SMALLEST_PRICE = 1e-6;
/** Prices have 47 bits of 1e-6 USD; what is left above 1e8 is room for stressed values. */
export const LARGEST_PRICE = 1e8;
