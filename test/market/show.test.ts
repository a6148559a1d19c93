import { beforeAll, expect, it } from "vitest";
import { buildMarket } from "../../prover/market/build.ts";
import { type MarketFile, parseMarketFile } from "../../prover/market/file.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { openMarket } from "../../prover/market/read.ts";
import { renderInstrument, renderMarket, summariseInstrument, summariseMarket } from "../../prover/market/show.ts";
import type { Market } from "../../prover/market/types.ts";
import { HISTORIES, SMALL_CHAIN } from "./samples.ts";

let file: MarketFile;
let market: Market;

beforeAll(async () => {
  const histories = { BTC: HISTORIES.BTC };
  const built = await buildMarket({ chain: SMALL_CHAIN, histories, profile: loadProfile("portfolio"), listings: [] });
  file = parseMarketFile(built.fileBytes, "m.json");
  market = await openMarket(file, built.fileBytes, "m.json");
});

it("sums a market up: what it lists, what the profile made of its history, its roots", () => {
  const summary = summariseMarket(market, file);
  expect(summary).toMatchObject({
    venue: "Deribit",
    time: "2026-02-04T21:33:08Z",
    profile: "portfolio",
    instruments: 210,
    kinds: { spot: 1, perp: 1, future: 2, option: 206 },
    expiries: [
      { expiry: "2026-02-06T08:00:00Z", underlying: "BTC", instruments: 93 },
      { expiry: "2026-03-27T08:00:00Z", underlying: "BTC", instruments: 115 },
    ],
    underlyings: { BTC: { index: "73104.9", sigma: expect.stringMatching(/^0\.0233/), priceRange: "0.165000000" } },
  });
  expect(BigInt(summary.roots.initial)).toBe(market.sets.initial.requirementRoot);
  const text = renderMarket(summary);
  expect(text).toContain("210: 1 spot, 1 perp, 2 future, 206 option");
  expect(text).toContain(summary.roots.maintenance);
  expect(text).toMatch(/BTC +73104\.9 +2\.33% +16\.50%/);
});

it("shows one instrument's rows with the names of the scenarios", () => {
  const summary = summariseInstrument(market, "BTC-PERPETUAL");
  const { scenarios, ...rest } = summary;
  expect(rest).toMatchObject({ id: 256, kind: "perp", bucket: "BTC", mark: "73104.9", delta: "73104.9" });
  expect(Number(rest.charges.initial.long)).toBeGreaterThan(Number(rest.charges.maintenance.long));
  expect(scenarios).toHaveLength(26);
  expect(scenarios.find(({ name }) => name === "price down range 1, vol up")).toEqual({
    name: "price down range 1, vol up",
    // 16.5% of the index; weighed for a range that the day's close may widen by 0.3%.
    value: "-12062.3085",
    weights: { maintenance: "0.8", initial: "1.06318" },
  });
  expect(renderInstrument(summary)).toMatch(/price down range 1, vol up +-12062\.3085 +0\.8, 1\.06318/);
});

it("refuses a name the market does not list", () => {
  expect(() => summariseInstrument(market, "BTC-1JAN30")).toThrow(
    expect.objectContaining({ code: "UNKNOWN_INSTRUMENT", message: expect.stringContaining('"BTC-1JAN30"') }),
  );
});
