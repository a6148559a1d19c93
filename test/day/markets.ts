import { readFileSync } from "node:fs";
import { type BuiltMarket, buildMarket } from "../../prover/market/build.ts";
import type { Listing } from "../../prover/market/listings.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import type { Settlements } from "../../prover/market/settled.ts";
import type { NamedShare } from "../../prover/market/share.ts";

const read = (name: string) => readFileSync(new URL(`../../data/${name}`, import.meta.url));
const seconds = (iso: string): number => Date.parse(iso) / 1000;

/** Collateral of the day beside cash, by the ids that the listings give: coins in alphabetical order, then the share. */
export const ETH = 2;
export const SHARE = 3;
export const SHARE_NAME = "SETH";

/** When the options and futures of 5 February expire. */
export const EXPIRY = seconds("2026-02-05T08:00:00Z");

/** A moment of the day: a shipped snapshot as it is, or its chain at the closes of a midnight that the daily candles know. */
export interface Moment {
  readonly name: string;
  readonly time: number;
  readonly chain: string;
  /** The index of each coin then; of the snapshot's own rows without it. */
  readonly closes?: Readonly<Record<string, number>>;
}

export const MOMENTS: readonly Moment[] = [
  { name: "evening", time: seconds("2026-02-04T21:33:08Z"), chain: "deribit-2026-02-04.csv" },
  {
    name: "midnight",
    time: seconds("2026-02-05T00:00:00Z"),
    chain: "deribit-2026-02-04.csv",
    closes: { BTC: 73_165.83, ETH: 2148.26 },
  },
  { name: "the evening after", time: seconds("2026-02-05T21:29:37Z"), chain: "deribit-2026-02-05.csv" },
  {
    name: "the midnight after",
    time: seconds("2026-02-06T00:00:00Z"),
    chain: "deribit-2026-02-05.csv",
    closes: { BTC: 62_909.86, ETH: 1826.83 },
  },
];

/** What the coins settled to on the morning between: half way between the midnight's close and the evening's snapshot. */
const SETTLED: Settlements = { BTC: { [EXPIRY]: 69_500.25 }, ETH: { [EXPIRY]: 2050.5 } };

const HISTORIES = {
  BTC: { name: "data/binance-btcusdt-daily.csv", bytes: read("binance-btcusdt-daily.csv") },
  ETH: { name: "data/binance-ethusdt-daily.csv", bytes: read("binance-ethusdt-daily.csv") },
};

/** @param small only the expiries that are traded, where the size of the chain does not matter */
function chainOf({ chain, time, closes }: Moment, small: boolean): { name: string; bytes: Uint8Array } {
  const [header = "", ...lines] = read(chain).toString("utf8").trimEnd().split("\n");
  const columns = header.split(",");
  const at = (name: string): number => columns.indexOf(name);
  const kept = small ? lines.filter((line) => /-(5FEB|6FEB|27MAR)26-/.test(line)) : lines;
  const index = new Map<string, number>();
  for (const line of kept) {
    const cells = line.split(",");
    index.set(cells[at("currency")] ?? "", Number(cells[at("index_price")]));
  }
  const moved = kept.map((line) => {
    if (closes === undefined) return line;
    const cells = line.split(",");
    const coin = cells[at("currency")] ?? "";
    const factor = (closes[coin] ?? Number.NaN) / (index.get(coin) ?? Number.NaN);
    cells[at("timestamp")] = new Date(time * 1000).toISOString().replace("Z", "+00:00");
    cells[at("index_price")] = String(closes[coin]);
    cells[at("futures_price")] = (Number(cells[at("futures_price")]) * factor).toFixed(6);
    return cells.join(",");
  });
  return { name: `data/${chain}`, bytes: new TextEncoder().encode(`${[header, ...moved].join("\n")}\n`) };
}

/** The market of a moment under the shipped profile; what has expired stays in it at what it settled to. */
export async function marketOf(
  moment: Moment,
  given: { readonly listings: readonly Listing[]; readonly shares: readonly NamedShare[]; readonly small: boolean },
): Promise<BuiltMarket> {
  const settled = moment.time >= EXPIRY && given.listings.length > 0;
  return buildMarket({
    chain: chainOf(moment, given.small),
    histories: HISTORIES,
    profile: loadProfile("portfolio"),
    listings: given.listings,
    shares: given.shares,
    ...(settled ? { settlements: SETTLED } : {}),
  });
}
