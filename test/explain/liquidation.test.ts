import { describe, expect, test } from "vitest";
import { distanceToLiquidation } from "../../prover/explain/liquidation.ts";
import type { Portfolio, RequirementSet } from "../../prover/risk/types.ts";
import { Cash, Coverage, Price, Quantity, Ratio } from "../../prover/units/units.ts";

const INDEX = 100;
const usd = (value: number) => Price.parse(value.toFixed(6), "test");
const ratio = (text: string) => Ratio.parse(text, "test");

/** One delta-one instrument at the index, charged 10% of its value; `payoff` adds whatever else the mark does. */
const revalue =
  (payoff: (price: number) => number = () => 0) =>
  (moves: Readonly<Record<string, number>>): RequirementSet => {
    const price = INDEX * (1 + (moves.BTC ?? 0));
    const row = { id: 1, bucket: 0, delta: usd(price), long: usd(0), short: usd(0), values: [] };
    return {
      name: "maintenance",
      scenarios: [],
      buckets: [{ name: "BTC", gain: ratio("1"), loss: ratio("1"), a: ratio("0.1"), h: ratio("0"), tiers: [] }],
      rows: new Map([[1, { ...row, mark: usd(price + payoff(price)) }]]),
    };
  };

function distance(cash: string, quantity: string, coverage = "1", payoff?: (price: number) => number) {
  const portfolio: Portfolio = {
    cash: Cash.parse(cash, "test"),
    positions: [{ id: 1, quantity: Quantity.parse(quantity, "test") }],
  };
  const account = { underlying: "BTC", index: usd(INDEX), portfolio, coverage: Coverage.parse(coverage, "test") };
  return distanceToLiquidation({ ...account, revalue: revalue(payoff) });
}

describe("the distance to liquidation", () => {
  test("of a long is the first millionth of a fall that is not covered", () => {
    // -80 + x < x / 10 below x = 88.888...
    expect(distance("-80", "1")).toEqual({ down: { move: "-11.1112", price: "88.8888" }, up: null });
  });

  test("of a short is the first millionth of a rise that is not covered", () => {
    // 120 - x < x / 10 above x = 109.0909...
    expect(distance("120", "-1")).toEqual({ down: null, up: { move: "9.091", price: "109.091" } });
  });

  test("is nearer when more coverage is asked for", () => {
    // -80 + x < x / 5 below x = 100: the account is covered exactly now.
    expect(distance("-80", "1", "2")).toEqual({ down: { move: "-0.0001", price: "99.9999" }, up: null });
  });

  test("is zero for an account that is not covered now", () => {
    const here = { move: "0", price: "100" };
    expect(distance("-90.000001", "1")).toEqual({ down: here, up: here });
  });

  test("is none for what survives a fall of 95% and a rise of 300%", () => {
    expect(distance("100", "1")).toEqual({ down: null, up: null });
  });

  test("reaches to the ends of the search and no further", () => {
    // Uncovered from x = 400, a rise of exactly 300%, on; and from the same plus a hair.
    expect(distance("439.9999", "-1").up).toEqual({ move: "300", price: "400" });
    expect(distance("440", "-1").up).toBeNull();
    // Uncovered below x = 5.0001 and x = 5.
    expect(distance("-4.50005", "1").down?.move).toBe("-95");
    expect(distance("-4.5", "1").down).toBeNull();
  });

  test("is the nearest of several breaches that the search can see", () => {
    // Breached above 120.5 and covered again from 130; a sliver between two points of the search is not seen.
    const hole = (price: number) => ((price > 120.5 && price < 130) || (price > 110.4 && price < 110.6) ? -1000 : 0);
    expect(distance("0", "1", "1", hole).up).toEqual({ move: "20.5001", price: "120.5001" });
  });
});
