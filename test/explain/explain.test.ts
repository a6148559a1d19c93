import { describe, expect, test } from "vitest";
import { explain } from "../../prover/explain/explain.ts";
import { netGreeks } from "../../prover/explain/greeks.ts";
import { usd } from "../../prover/explain/money.ts";
import { renderExplanation } from "../../prover/explain/render.ts";
import { shiftMarket } from "../../prover/explain/shift.ts";
import type { Instrument, MarketInputs } from "../../prover/market/types.ts";
import { greeks } from "../../prover/pricing/black76.ts";
import { parseRowsFile } from "../../prover/risk/rowsFile.ts";
import { Cash, Coverage, Price, Quantity } from "../../prover/units/units.ts";

const ROWS = {
  version: 1,
  scenarios: [
    { name: "down 18%", weight: "1" },
    { name: "up 18%", weight: "1" },
    { name: "down 66%", weight: "0.21" },
  ],
  buckets: [
    { name: "BTC", gain: "0.6", a: "0.02", h: "0.01", tiers: [{ rate: "0.01", deduction: "900" }] },
    { name: "ETH", gain: "0.6", a: "0.02", h: "0.01" },
  ],
  instruments: [
    {
      id: 1,
      name: "BTC",
      bucket: "BTC",
      mark: "70000",
      delta: "70000",
      long: "350",
      values: ["-12600", "12600", "-46200"],
    },
    {
      id: 256,
      name: "BTC-PERPETUAL",
      bucket: "BTC",
      mark: "70000",
      delta: "70000",
      values: ["-12600", "12600", "-46200"],
    },
    { id: 257, name: "ETH-PERPETUAL", bucket: "ETH", mark: "2000", delta: "2000", values: ["-360", "360", "-1320"] },
  ],
};
const { set: rows, instruments: listed } = parseRowsFile(JSON.stringify(ROWS), "rows.json");
const set = { ...rows, name: "maintenance" };
const names = new Map(listed.map(({ id, name }) => [id, name]));
const hold = (cash: string, ...positions: [number, string][]) => ({
  cash: Cash.parse(cash, "test"),
  positions: positions.map(([id, quantity]) => ({ id, quantity: Quantity.parse(quantity, "test") })),
});
const ONE = Coverage.parse("1", "test");
const hedged = { set, portfolio: hold("70000", [1, "2"], [256, "-1.5"], [257, "-10"]), coverage: ONE, names };

describe("an explanation", () => {
  const told = explain(hedged);

  test("splits the requirement into exact parts", () => {
    // BTC nets to 0.5: X = -6300 down, 6300 up, -23100 tail; ETH short 10: 3600, -3600, 13200.
    // T = -6300 + 0.6*3600 = -4140; 0.6*6300 - 3600 = 180; 0.21*(-23100 + 0.6*13200) = -3187.8
    expect(told).toMatchObject({
      set: "maintenance",
      healthy: true,
      coverage: "1",
      equity: "85000",
      scan: "4140",
      floor: "2150",
      charge: "700",
      concentration: "1550",
      required: "6390",
      surplus: "78610",
      marginRatio: "13.302034428",
      binding: "scan",
    });
  });

  test("names the worst scenario with each bucket's profit and loss, and what of it counts", () => {
    expect(told.worstScenario).toEqual({
      name: "down 18%",
      total: "-4140",
      buckets: [
        { name: "BTC", pnl: "-6300", counted: "-6300" },
        { name: "ETH", pnl: "3600", counted: "2160" },
      ],
    });
  });

  test("weights what counts in a tail", () => {
    const tail = {
      ...set,
      scenarios: set.scenarios.map((s) => (s.name === "down 66%" ? { ...s, weight: s.weight * 2n } : s)),
    };
    const heavier = explain({ ...hedged, set: tail as typeof set, portfolio: hold("0", [1, "1"]) });
    expect(heavier.worstScenario).toEqual({
      name: "down 66%",
      total: "-19404",
      buckets: [
        { name: "BTC", pnl: "-46200", counted: "-19404" },
        { name: "ETH", pnl: "0", counted: "0" },
      ],
    });
  });

  test("shows beside it what each position alone would cost, and what each adds", () => {
    // Alone: 25200 + 700 + 500, 18900 + 150, 3600.
    expect(told.isolated).toBe("49050");
    expect(told.positions).toEqual([
      { instrument: "BTC", quantity: "2", mark: "70000", value: "140000", marginal: "-16260", worstPnl: "-25200" },
      {
        instrument: "BTC-PERPETUAL",
        quantity: "-1.5",
        mark: "70000",
        value: "-105000",
        marginal: "-17850",
        worstPnl: "18900",
      },
      {
        instrument: "ETH-PERPETUAL",
        quantity: "-10",
        mark: "2000",
        value: "-20000",
        marginal: "-2160",
        worstPnl: "3600",
      },
    ]);
  });

  test("counts what is missing below the line to the last digit", () => {
    const short = explain({
      ...hedged,
      portfolio: hold("-72111.000001", [1, "1"]),
      coverage: Coverage.parse("1.5", "test"),
    });
    expect(short.healthy).toBe(false);
    expect(short.surplus).toBe("-21536.000001");
  });

  test("of an empty account has nothing to fear", () => {
    const empty = explain({ ...hedged, portfolio: hold("5") });
    expect(empty).toMatchObject({ worstScenario: null, marginRatio: null, surplus: "5", positions: [], isolated: "0" });
  });

  test("is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(told))).toEqual(told);
  });
});

const option = (id: number, optionType: "call" | "put"): Instrument => ({
  id,
  name: `BTC-27MAR26-70000-${optionType === "call" ? "C" : "P"}`,
  kind: "option",
  underlying: "BTC",
  expiry: 1_770_000_000 + 30 * 86_400,
  strike: 70_000,
  optionType,
  forward: 71_000,
  volatility: 0.5,
});
const instruments: Instrument[] = [
  { id: 1, name: "BTC", kind: "spot", underlying: "BTC", forward: 70_000 },
  { id: 256, name: "BTC-PERPETUAL", kind: "perp", underlying: "BTC", forward: 70_000 },
  { id: 257, name: "ETH-PERPETUAL", kind: "perp", underlying: "ETH", forward: 2_000 },
  option(300, "call"),
  option(301, "put"),
];
const known = new Map(instruments.map((instrument) => [instrument.id, instrument]));

describe("net greeks", () => {
  const NOW = 1_770_000_000;
  const net = (...positions: [number, string][]) => netGreeks(hold("0", ...positions).positions, known, NOW);

  test("of a long call and a short put are those of a forward", () => {
    const [sum] = net([300, "2"], [301, "-2"]);
    expect(sum?.underlying).toBe("BTC");
    expect(sum?.delta).toBeCloseTo(2, 12);
    expect(sum?.gamma).toBeCloseTo(0, 12);
    expect(sum?.vega).toBeCloseTo(0, 9);
  });

  test("add up signed and per underlying, with time counted from the epoch", () => {
    const one = greeks({ forward: 71_000, strike: 70_000, years: 30 / 365, volatility: 0.5, type: "call" });
    expect(one.delta).toBeGreaterThan(0.5);
    expect(net([257, "-3"], [300, "-1.5"], [256, "0.5"], [1, "0.25"])).toEqual([
      { underlying: "ETH", delta: -3, gamma: 0, vega: 0, theta: 0 },
      {
        underlying: "BTC",
        delta: 0.75 - 1.5 * one.delta,
        gamma: -1.5 * one.gamma,
        vega: -1.5 * one.vega,
        theta: -1.5 * one.theta,
      },
    ]);
  });

  test("of what has expired are zero", () => {
    const { expiry = 0 } = option(300, "call");
    const future: Instrument = {
      id: 400,
      name: "BTC-27MAR26",
      kind: "future",
      underlying: "BTC",
      expiry,
      forward: 71_000,
    };
    const positions = hold("0", [300, "1"], [400, "2"]).positions;
    const at = (time: number) => netGreeks(positions, new Map(known).set(400, future), time)[0];
    expect(at(expiry)).toEqual({ underlying: "BTC", delta: 0, gamma: 0, vega: 0, theta: 0 });
    expect(at(expiry - 1)?.delta).toBeGreaterThan(2);
  });
});

test("a shifted market moves one underlying's index and forwards, and keeps only what is held", () => {
  const timestamp = 1_770_000_000;
  const settled: Instrument = {
    id: 400,
    name: "BTC-30JAN26",
    kind: "future",
    underlying: "BTC",
    expiry: timestamp,
    forward: 69_000,
  };
  const inputs: MarketInputs = {
    venue: "deribit",
    timestamp,
    underlyings: { BTC: { index: 70_000, closes: [1, 2] }, ETH: { index: 2_000, closes: [3] } },
    instruments: [...instruments, settled],
  };
  const shifted = shiftMarket(inputs, { BTC: -0.5 }, new Set([257, 300, 400]));
  expect(shifted).toEqual({
    ...inputs,
    underlyings: { BTC: { index: 35_000, closes: [1, 2] }, ETH: { index: 2_000, closes: [3] } },
    instruments: [known.get(257), { ...option(300, "call"), forward: 35_500 }, settled],
  });
});

describe("a rendered explanation", () => {
  const index = { BTC: Price.parse("70000", "test"), ETH: Price.parse("2000", "test") };
  const market = { timestamp: 1_770_000_000, instruments, index, revalue: () => set };
  const full = explain({ ...hedged, market });

  test("is an aligned table of plain text", () => {
    expect(renderExplanation(full, { color: false })).toMatchInlineSnapshot(`
      "maintenance requirement: covered at 1x
        equity                        85,000.00
        required                       6,390.00
          scan, the larger             4,140.00
          floor                        2,150.00
          charge                         700.00
          concentration                1,550.00
        surplus                       78,610.00
        margin ratio               13.302034428
        isolated, without netting     49,050.00

      worst scenario: down 18%, -4,140.00
        bucket        P&L    counted
        BTC     -6,300.00  -6,300.00
        ETH      3,600.00   2,160.00

      positions
        instrument     quantity        value  P&L in worst  adds to required
        BTC                   2   140,000.00    -25,200.00        -16,260.00
        BTC-PERPETUAL      -1.5  -105,000.00     18,900.00        -17,850.00
        ETH-PERPETUAL       -10   -20,000.00      3,600.00         -2,160.00

      net greeks
        underlying     delta  gamma per USD  vega per point  theta per day
        BTC           0.5000     0.00000000            0.00           0.00
        ETH         -10.0000     0.00000000            0.00           0.00

      distance to liquidation, searched from -95% to +300%
        underlying      index  fall  at  rise  at
        BTC         70,000.00  none   -  none   -
        ETH          2,000.00  none   -  none   -
      "
    `);
  });

  test("says when an account is not covered, and at which distance", () => {
    const portfolio = hold("-69000", [1, "1"]);
    const text = renderExplanation(explain({ ...hedged, portfolio, market }), { color: false });
    expect(text).toContain("maintenance requirement: NOT COVERED at 1x");
    expect(text).toMatch(/BTC {2,}70,000\.00 +0% +70,000\.00 +0% +70,000\.00/);
  });

  test("is coloured only when asked to, whatever standard output is", () => {
    const plain = renderExplanation(full, { color: false });
    const coloured = renderExplanation(full, { color: true });
    expect(plain).not.toContain("\u001b");
    expect(coloured).toContain("\u001b[32mcovered\u001b[39m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(plain);
  });

  test.each([
    ["0", "0.00"],
    ["1234567.891", "1,234,567.89"],
    ["-1000", "-1,000.00"],
    ["999.995", "1,000.00"],
    ["-0.005", "-0.01"],
    ["0.0049", "0.0049"],
    ["-0.000000000001", "-0.000000000001"],
    ["12.3", "12.30"],
  ])("shows %s as %s: nothing that is owed looks like nothing", (exact, shown) => {
    expect(usd(exact)).toBe(shown);
  });
});
