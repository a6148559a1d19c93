import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseBook } from "../../prover/account/book.ts";
import { distanceToLiquidation } from "../../prover/explain/liquidation.ts";
import { revaluer } from "../../prover/explain/shift.ts";
import { importMarket } from "../../prover/market/import.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { buildRows } from "../../prover/market/rows.ts";
import { evaluate } from "../../prover/risk/requirement.ts";
import { Coverage, Price } from "../../prover/units/units.ts";

const source = (name: string) => ({ name, bytes: readFileSync(new URL(`../../data/${name}`, import.meta.url)) });

describe("on the chain of 4 February 2026", () => {
  const profile = loadProfile("portfolio");
  const { inputs } = importMarket({
    chain: source("deribit-2026-02-04.csv"),
    histories: { BTC: source("binance-btcusdt-daily.csv"), ETH: source("binance-ethusdt-daily.csv") },
    profile,
    listings: [],
  });
  // Short a straddle with a spot cushion: a fall and a rise both end it.
  const portfolio = parseBook(
    JSON.stringify({
      cash: "60000",
      positions: [
        { instrument: "BTC", quantity: "0.5" },
        { instrument: "BTC-27MAR26-74000-C", quantity: "-2" },
        { instrument: "BTC-27MAR26-74000-P", quantity: "-2" },
      ],
    }),
    "book.json",
    inputs.instruments,
  );
  const revalue = revaluer(inputs, profile, "maintenance", portfolio.positions);
  const coverage = Coverage.parse("1", "test");

  test("an index that does not move leaves every row as published, to the last unit", () => {
    const published = buildRows(inputs, profile).maintenance;
    const still = revalue({});
    expect(still.rows.size).toBe(3);
    for (const [id, row] of still.rows) expect(row).toEqual(published.rows.get(id));
    expect(still.scenarios).toEqual(published.scenarios);
    expect(still.buckets).toEqual(published.buckets);
  });

  test("a short straddle is covered up to a millionth before its liquidation points and not at them", () => {
    const index = Price.parse((inputs.underlyings.BTC?.index ?? 0).toFixed(6), "test");
    const { down, up } = distanceToLiquidation({ underlying: "BTC", index, portfolio, coverage, revalue });
    const healthy = (millionths: number) => evaluate(revalue({ BTC: millionths / 1e6 }), portfolio, coverage).healthy;
    const [fall, rise] = [down, up].map((point) => Math.round(Number(point?.move) * 1e4));
    expect(fall).toBeLessThan(-10_000);
    expect(rise).toBeGreaterThan(10_000);
    for (const point of [fall, rise]) {
      const at = point ?? Number.NaN;
      expect([healthy(at - Math.sign(at)), healthy(at)]).toEqual([true, false]);
    }
  });
});
