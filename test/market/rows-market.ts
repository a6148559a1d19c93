import { readFileSync } from "node:fs";
import { importMarket } from "../../prover/market/import.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import type { Profile } from "../../prover/market/profile/schema.ts";
import type { Instrument, MarketInputs } from "../../prover/market/types.ts";

const source = (name: string) => ({ name, bytes: readFileSync(new URL(`../../data/${name}`, import.meta.url)) });

/** What rows are built from, out of a shipped snapshot. */
export const shippedInputs = (day: "2026-02-04" | "2026-02-05"): MarketInputs =>
  importMarket({
    chain: source(`deribit-${day}.csv`),
    histories: { BTC: source("binance-btcusdt-daily.csv"), ETH: source("binance-ethusdt-daily.csv") },
    profile: loadProfile("portfolio"),
    listings: [],
  }).inputs;

/** The shipped profile without what it does for leases: contingencies of the initial set that would hide others. */
export function withoutLease(): Profile {
  const { lease: _, ...profile } = structuredClone(loadProfile("portfolio"));
  const { initial, maintenance } = profile.sets;
  initial.a = { ...maintenance.a };
  initial.h = { ...maintenance.h };
  initial.charges.confidence.value = "0.002";
  for (const { scenarios } of profile.scenarioGroups) for (const scenario of scenarios) delete scenario.initialWeight;
  return profile;
}

/** Closes that swing by a given log return every day, so that sigma is that return exactly up to rounding. */
export const swinging = (sigma: number, days = 60): number[] =>
  Array.from({ length: days }, (_, i) => (i % 2 === 0 ? 100 : 100 * Math.exp(sigma)));

const TIMESTAMP = 1_770_000_000;
const DAY = 86_400;

/** A small market at round prices: BTC at 100,000 and ETH at 2,500, a price range of exactly 30% for both. */
export function smallInputs(instruments: readonly Instrument[] = []): MarketInputs {
  return {
    venue: "test",
    timestamp: TIMESTAMP,
    underlyings: {
      BTC: { index: 100_000, closes: swinging(0.08) },
      ETH: { index: 2500, closes: swinging(0.08) },
    },
    instruments: [
      { id: 1, name: "BTC", kind: "spot", underlying: "BTC", forward: 100_000 },
      { id: 2, name: "ETH", kind: "spot", underlying: "ETH", forward: 2500 },
      { id: 257, name: "BTC-PERPETUAL", kind: "perp", underlying: "BTC", forward: 100_000 },
      { id: 258, name: "ETH-PERPETUAL", kind: "perp", underlying: "ETH", forward: 2500 },
      { id: 259, name: "BTC-30D", kind: "future", underlying: "BTC", forward: 100_000, expiry: TIMESTAMP + 30 * DAY },
      ...instruments,
    ],
  };
}

/** An option on BTC at 100,000. */
export const option = (
  id: number,
  strike: number,
  days: number,
  optionType: "call" | "put",
  volatility = 0.6,
): Instrument => ({
  id,
  name: `BTC-${days}D-${strike}-${optionType === "call" ? "C" : "P"}`,
  kind: "option",
  underlying: "BTC",
  forward: 100_000,
  expiry: TIMESTAMP + days * DAY,
  strike,
  optionType,
  volatility,
});
