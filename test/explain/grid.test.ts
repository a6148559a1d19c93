import { beforeAll, describe, expect, test } from "vitest";
import { parseBook } from "../../prover/account/book.ts";
import { riskGraph } from "../../prover/explain/graph.ts";
import { stressGrid } from "../../prover/explain/grid.ts";
import { buildMarket } from "../../prover/market/build.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import type { Profile } from "../../prover/market/profile/schema.ts";
import type { Instrument, Market } from "../../prover/market/types.ts";
import { evaluate } from "../../prover/risk/requirement.ts";
import type { Portfolio } from "../../prover/risk/types.ts";
import { type Coverage, formatExact } from "../../prover/units/units.ts";
import { HISTORIES, SMALL_CHAIN } from "../market/samples.ts";

let market: Market;
const profile: Profile = loadProfile("portfolio");
const hold = (positions: object[], cash = "0"): Portfolio =>
  parseBook(JSON.stringify({ cash, positions }), "book", market.instruments);
const perp = (quantity: string) => ({ instrument: "BTC-PERPETUAL", quantity, entryPrice: "73000" });
const put = { instrument: "BTC-27MAR26-60000-P", quantity: "-2.5" };

async function build(name: string): Promise<Market> {
  const request = { chain: SMALL_CHAIN, histories: { BTC: HISTORIES.BTC }, profile: loadProfile(name), listings: [] };
  return (await buildMarket(request)).market;
}

beforeAll(async () => {
  market = await build("portfolio");
});

describe("a stress grid", () => {
  test("holds every scenario of the requirement once, with what of it counts", () => {
    const portfolio = hold([put, perp("0.5")]);
    const grid = stressGrid(market.sets.initial, profile, portfolio);
    const cells = [...grid.rows.flatMap(({ cells }) => Object.values(cells)), ...grid.others];
    const { scenarios, worstScenario } = evaluate(market.sets.initial, portfolio, 0n as Coverage);
    expect(new Map(cells.map(({ name, counted }) => [name, counted]))).toEqual(
      new Map(scenarios.map(({ name, total }) => [name, formatExact(total)])),
    );
    expect(cells).toHaveLength(scenarios.length);
    expect(grid.worst).toBe(worstScenario);
  });

  test("goes from the largest fall to the largest rise, with volatility down and up", () => {
    const { rows, columns } = stressGrid(market.sets.maintenance, profile, hold([put]));
    expect(rows.map(({ move }) => move)).toEqual(["-1", "-2/3", "-1/3", "0", "1/3", "2/3", "1"]);
    expect(columns).toEqual(["down", "up"]);
  });

  test("names no worst scenario of an account that only has cash", () => {
    expect(stressGrid(market.sets.maintenance, profile, hold([], "100")).worst).toBeNull();
  });

  test("is empty for a methodology without scenarios", async () => {
    const linear = await build("linear");
    const grid = stressGrid(linear.sets.maintenance, loadProfile("linear"), { ...hold([perp("1")]) });
    expect(grid).toMatchObject({ rows: [], others: [], columns: [], worst: null });
  });
});

describe("a risk graph", () => {
  const graph = (positions: object[]) => {
    const instruments = new Map(
      market.instruments.map((instrument): [number, Instrument] => [instrument.id, instrument]),
    );
    const index = Number(market.index.BTC) / 1e6;
    const { timestamp } = market;
    return riskGraph({ underlying: "BTC", index, positions: hold(positions).positions, instruments, timestamp });
  };

  test("of a perp is a straight line through today's price, and has no expiry", () => {
    const { points, horizon, index } = graph([perp("2")]);
    expect(horizon).toBeNull();
    for (const { price, now, later } of points) {
      expect(now).toBeCloseTo(2 * (price - index), 6);
      expect(later).toBe(now);
    }
  });

  test("of a short put at expiry is what it was worth, less what it pays: its break-even is the strike less that", () => {
    const { points, breakEvens, index, horizon } = graph([put]);
    const option = market.instruments.find(({ name }) => name === put.instrument);
    expect(horizon).toBe(option?.expiry);
    const mark = Number(market.sets.maintenance.rows.get(option?.id ?? 0)?.mark) / 1e6;
    const forward = (option?.forward ?? 0) / index;
    for (const { price, later } of points) {
      expect(later).toBeCloseTo(2.5 * (mark - Math.max(60_000 - price * forward, 0)), 4);
    }
    expect(breakEvens.later).toHaveLength(1);
    expect(breakEvens.later[0]).toBeCloseTo((60_000 - mark) / forward, 4);
  });

  test("has a point at every strike that expires at its horizon, and at the index", () => {
    const { points, index } = graph([put, { instrument: "BTC-27MAR26-85000-C", quantity: "-1" }]);
    const forward = (market.instruments.find(({ name }) => name === put.instrument)?.forward ?? 0) / index;
    const prices = points.map(({ price }) => price);
    for (const at of [index, 60_000 / forward, 85_000 / forward]) {
      expect(Math.min(...prices.map((price) => Math.abs(price - at)))).toBeLessThan(1e-6);
    }
    expect(prices).toEqual([...prices].sort((a, b) => a - b));
  });

  test("leaves out what is held in another underlying", () => {
    expect(graph([]).points.every(({ now, later }) => now === 0 && later === 0)).toBe(true);
  });
});
