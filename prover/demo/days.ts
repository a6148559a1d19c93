import { readFile } from "node:fs/promises";
import { buildMarket } from "../market/build.ts";
import { inputsOf } from "../market/decompose.ts";
import { parseMarketFile } from "../market/file.ts";
import type { SourceFile } from "../market/import.ts";
import type { Listing } from "../market/listings.ts";
import { loadProfile } from "../market/profile/load.ts";
import type { Profile } from "../market/profile/schema.ts";
import { type MarketSummary, summariseMarket } from "../market/show.ts";
import type { Market, MarketInputs } from "../market/types.ts";

/** One day's market and what it was built from. */
export interface Day {
  readonly date: string;
  /** The chain's file, from the repository's root. */
  readonly source: string;
  readonly market: Market;
  readonly fileBytes: Uint8Array;
  readonly listings: readonly Listing[];
  readonly inputs: MarketInputs;
  readonly profile: Profile;
  readonly summary: MarketSummary;
  /** To price every instrument, build its rows in both sets, and hash both trees. */
  readonly seconds: number;
}

/** Reads a file of the repository under the name that it has there. */
export const shipped = async (name: string): Promise<SourceFile> => ({
  name,
  bytes: await readFile(new URL(`../../${name}`, import.meta.url)),
});

/** Builds the market of a day from the shipped snapshot. @param earlier what was listed before */
export async function buildDay(date: string, earlier: readonly Listing[]): Promise<Day> {
  const profile = loadProfile("portfolio");
  const source = `data/deribit-${date}.csv`;
  const chain = await shipped(source);
  const histories = {
    BTC: await shipped("data/binance-btcusdt-daily.csv"),
    ETH: await shipped("data/binance-ethusdt-daily.csv"),
  };
  const start = performance.now();
  const { market, fileBytes, listings } = await buildMarket({ chain, histories, profile, listings: earlier });
  const seconds = (performance.now() - start) / 1000;
  const file = parseMarketFile(fileBytes, source);
  const summary = summariseMarket(market, file);
  return { date, source, market, fileBytes, listings, inputs: inputsOf(file), profile, summary, seconds };
}
