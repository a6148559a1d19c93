import { readFileSync } from "node:fs";

/** A shipped file of `data/`. */
export const sample = (name: string): Uint8Array => readFileSync(new URL(`../../data/${name}`, import.meta.url));

export const DAY_ONE = sample("deribit-2026-02-04.csv");
export const DAY_TWO = sample("deribit-2026-02-05.csv");

/** A CSV file with cells replaced in one row; the header is row 1. */
export function edit(bytes: Uint8Array, row: number, cells: Readonly<Record<string, string>>): Uint8Array {
  const lines = new TextDecoder().decode(bytes).split("\n");
  const header = lines[0]?.split(",") ?? [];
  const fields = lines[row - 1]?.split(",") ?? [];
  for (const [column, value] of Object.entries(cells)) {
    if (!header.includes(column)) throw new Error(`there is no column ${column}`);
    fields[header.indexOf(column)] = value;
  }
  lines[row - 1] = fields.join(",");
  return new TextEncoder().encode(lines.join("\n"));
}

/** The cells of one row, by column. */
export function cells(bytes: Uint8Array, row: number): Record<string, string> {
  const lines = new TextDecoder().decode(bytes).split("\n");
  const fields = lines[row - 1]?.split(",") ?? [];
  return Object.fromEntries((lines[0] ?? "").split(",").map((column, i) => [column, fields[i] ?? ""]));
}

/** The file with its lines below the header changed as a whole. */
export function editRows(bytes: Uint8Array, change: (rows: string[]) => string[]): Uint8Array {
  const [header = "", ...rows] = new TextDecoder().decode(bytes).trimEnd().split("\n");
  return new TextEncoder().encode(`${[header, ...change(rows)].join("\n")}\n`);
}

/** The daily closes of both underlyings. */
export const HISTORIES = {
  BTC: { name: "btc.csv", bytes: sample("binance-btcusdt-daily.csv") },
  ETH: { name: "eth.csv", bytes: sample("binance-ethusdt-daily.csv") },
};

/** Of both evenings what expires between them and what does not until March: all that an expiry is about. */
export const [EVENING_ONE, EVENING_TWO] = [DAY_ONE, DAY_TWO].map((bytes) =>
  editRows(bytes, (rows) => rows.filter((row) => /(BTC|ETH)-(5FEB|27MAR)26/.test(row))),
) as [Uint8Array, Uint8Array];

/** The options of two expiries of BTC only, where the size of the chain does not matter. */
export const SMALL_CHAIN = {
  name: "small.csv",
  bytes: editRows(DAY_ONE, (rows) => rows.filter((row) => /BTC-(6FEB|27MAR)26/.test(row))),
};
