import { describe, expect, test } from "vitest";
import { checkSet, evaluate } from "../../prover/risk/requirement.ts";
import type { Bucket, Portfolio, RequirementSet, Row } from "../../prover/risk/types.ts";
import { Cash, Coverage, formatExact, Notional, Price, Quantity, Ratio } from "../../prover/units/units.ts";

const usd = (text: string) => Price.parse(text, "test");
const ratio = (text: string) => Ratio.parse(text, "test");

function bucket(given: {
  name?: string;
  gain?: string;
  loss?: string;
  a?: string;
  h?: string;
  tiers?: [string, string][];
}): Bucket {
  return {
    name: given.name ?? "BTC",
    gain: ratio(given.gain ?? "1"),
    loss: ratio(given.loss ?? "1"),
    a: ratio(given.a ?? "0"),
    h: ratio(given.h ?? "0"),
    tiers: (given.tiers ?? []).map(([rate, deduction]) => ({
      rate: ratio(rate),
      deduction: Notional.parse(deduction, "test"),
    })),
  };
}

function row(
  id: number,
  given: { bucket?: number; mark?: string; delta?: string; long?: string; short?: string; values?: string[] },
): Row {
  return {
    id,
    bucket: given.bucket ?? 0,
    mark: usd(given.mark ?? "0"),
    delta: usd(given.delta ?? "0"),
    long: usd(given.long ?? "0"),
    short: usd(given.short ?? "0"),
    values: (given.values ?? []).map(usd),
  };
}

const set = (buckets: Bucket[], rows: Row[], weights: string[] = []): RequirementSet => ({
  name: "test",
  buckets,
  scenarios: weights.map((weight, s) => ({ name: `s${s}`, weight: ratio(weight) })),
  rows: new Map(rows.map((r) => [r.id, r])),
});

const portfolio = (cash: string, ...positions: [number, string][]): Portfolio => ({
  cash: Cash.parse(cash, "test"),
  positions: positions.map(([id, quantity]) => ({ id, quantity: Quantity.parse(quantity, "test") })),
});

const ONE = Coverage.parse("1", "test");
const classic = set([bucket({ a: "0.1", h: "0.12" })], [row(1, { delta: "100000" }), row(2, { delta: "100000" })]);

describe("the line between healthy and not", () => {
  test.each([
    ["11999.999999", false],
    ["12000", true],
    ["12000.000001", true],
    ["11999.999999999999", false],
  ])("runs at exactly the requirement of 12000: %s is healthy: %s", (cash, healthy) => {
    expect(evaluate(classic, portfolio(cash, [1, "1"], [2, "-1"]), ONE).healthy).toBe(healthy);
  });

  test.each([
    ["1.5", "18000", true],
    ["1.5", "17999.999999", false],
    ["1.0001", "12001.2", true],
    ["1.0001", "12001.199999", false],
    ["0", "0", true],
    ["0", "-0.000001", false],
  ])("moves with a coverage of %s: %s is healthy: %s", (coverage, cash, healthy) => {
    const account = portfolio(cash, [1, "1"], [2, "-1"]);
    expect(evaluate(classic, account, Coverage.parse(coverage, "test")).healthy).toBe(healthy);
  });

  test("an empty account with no cash is healthy, requires nothing and has no margin ratio", () => {
    expect(evaluate(classic, portfolio("0"), ONE)).toMatchObject({
      healthy: true,
      required: 0n,
      marginRatio: null,
      worstScenario: null,
    });
  });

  test("an empty account that owes a millionth of a micro-dollar is not", () => {
    expect(evaluate(classic, portfolio("-0.000000000001"), ONE).healthy).toBe(false);
  });
});

describe("the parts of the requirement", () => {
  test("a gain in one bucket pays for a loss in another only after its haircut", () => {
    const two = set(
      [bucket({ name: "BTC", gain: "0.6" }), bucket({ name: "ETH", gain: "0.4", loss: "1.5" })],
      [row(1, { values: ["-100"] }), row(2, { bucket: 1, values: ["-100"] })],
      ["1"],
    );
    const required = (a: string, b: string) => formatExact(evaluate(two, portfolio("0", [1, a], [2, b]), ONE).required);
    expect(required("1", "1")).toBe("250");
    expect(required("1", "-1")).toBe("60");
    expect(required("-1", "1")).toBe("90");
    expect(required("-1", "-1")).toBe("0");
  });

  test("inside a bucket a gain pays for a loss in full", () => {
    const one = set([bucket({ gain: "0" })], [row(1, { values: ["-100"] }), row(2, { values: ["99"] })], ["1"]);
    expect(formatExact(evaluate(one, portfolio("0", [1, "1"], [2, "1"]), ONE).required)).toBe("1");
  });

  test("the worst scenario is the worst after weighting, and of equal ones the first", () => {
    const weighted = set([bucket({})], [row(1, { values: ["-100", "-400", "-50", "900"] })], ["1", "0.25", "2", "0"]);
    const result = evaluate(weighted, portfolio("0", [1, "1"]), ONE);
    expect(result.worstScenario).toBe("s0");
    expect(result.scenarios.map(({ total }) => formatExact(total))).toEqual(["-100", "-100", "-100", "0"]);
  });

  test("a scenario with weight 0 is off, whatever it holds", () => {
    const off = set([bucket({})], [row(1, { values: ["-140000000"] })], ["0"]);
    expect(evaluate(off, portfolio("0", [1, "100"]), ONE)).toMatchObject({ scan: 0n, worstScenario: null });
  });

  test("the larger of scan and floor counts, never both", () => {
    const both = set([bucket({ a: "0.1" })], [row(1, { delta: "1000", values: ["-70"] })], ["1"]);
    const result = evaluate(both, portfolio("0", [1, "1"]), ONE);
    expect([result.scan, result.floor, result.required].map(formatExact)).toEqual(["70", "100", "100"]);
  });

  test("floors of several buckets add up and do not net", () => {
    const two = set(
      [bucket({ a: "0.1" }), bucket({ a: "0.1" })],
      [row(1, { delta: "1000" }), row(2, { bucket: 1, delta: "1000" })],
    );
    expect(formatExact(evaluate(two, portfolio("0", [1, "1"], [2, "-1"]), ONE).floor)).toBe("200");
  });

  test("longs pay the long charge and shorts the short one", () => {
    const charged = set([bucket({})], [row(1, { long: "3", short: "5" })]);
    expect(formatExact(evaluate(charged, portfolio("0", [1, "2"]), ONE).charge)).toBe("6");
    expect(formatExact(evaluate(charged, portfolio("0", [1, "-2"]), ONE).charge)).toBe("10");
  });

  test("the tier that asks most sets the concentration, and none asks for less than 0", () => {
    const tiers = set(
      [
        bucket({
          tiers: [
            ["0.01", "10"],
            ["0.05", "100"],
            ["0.002", "0"],
          ],
        }),
      ],
      [row(1, { delta: "1000" }), row(2, { delta: "-1000" })],
    );
    const concentration = (a: string, b: string) =>
      formatExact(evaluate(tiers, portfolio("0", [1, a], [2, b]), ONE).concentration);
    expect(concentration("0.5", "0")).toBe("1");
    expect(concentration("1", "1")).toBe("10");
    expect(concentration("-2", "2")).toBe("100");
    const deductedAway = set([bucket({ tiers: [["0.01", "1000"]] })], [row(1, { delta: "1000" })]);
    expect(evaluate(deductedAway, portfolio("0", [1, "1"]), ONE).concentration).toBe(0n);
  });

  test("the margin ratio is rounded down, away from zero when equity is negative", () => {
    const three = set([bucket({ a: "1" })], [row(1, { delta: "3" })]);
    expect(evaluate(three, portfolio("2", [1, "1"]), ONE).marginRatio).toBe("0.666666666");
    expect(evaluate(three, portfolio("-2", [1, "1"]), ONE).marginRatio).toBe("-0.666666667");
    expect(evaluate(three, portfolio("6", [1, "1"]), ONE).marginRatio).toBe("2");
  });
});

describe("a set that contradicts itself is refused", () => {
  const refused = (broken: RequirementSet, message: string) =>
    expect(() => checkSet(broken)).toThrow(
      expect.objectContaining({ code: "BAD_SET", message: expect.stringContaining(message) }),
    );

  test("when gains count more than losses", () => {
    refused(set([bucket({ gain: "1", loss: "0.999999999" })], []), "bucket BTC: gain is larger than loss");
  });

  test("when netting would lower a floor below zero", () => {
    refused(set([bucket({ a: "0.05", h: "0.100000001" })], []), "bucket BTC: a is smaller than h/2");
    expect(() => checkSet(set([bucket({ a: "0.05", h: "0.1" })], []))).not.toThrow();
  });

  test.each([{ long: "-0.000001" }, { short: "-0.000001" }])("when a charge is negative: %j", (charge) => {
    refused(set([bucket({})], [row(7, charge)]), "instrument 7: a charge is negative");
  });

  test.each([1, -1, 0.5])("when a row names bucket %d of one", (index) => {
    refused(set([bucket({})], [row(7, { bucket: index })]), "instrument 7: there is no bucket");
  });

  test.each([[["1"]], [["1", "1", "1"]]])("when a row has not one value per scenario: %j", (values) => {
    refused(set([bucket({})], [row(7, { values })], ["1", "1"]), "values for 2 scenarios");
  });

  test("when a row is filed under another id", () => {
    refused({ ...set([bucket({})], []), rows: new Map([[8, row(7, {})]]) }, "the row of instrument 7 is filed under 8");
  });

  test("and evaluate refuses it too", () => {
    expect(() => evaluate(set([bucket({ loss: "0" })], []), portfolio("0"), ONE)).toThrow(
      expect.objectContaining({ code: "BAD_SET" }),
    );
  });
});

test("a position without a row is refused, not valued at nothing", () => {
  expect(() => evaluate(classic, portfolio("0", [3, "1"]), ONE)).toThrow(
    expect.objectContaining({ code: "UNKNOWN_INSTRUMENT", message: "instrument 3 has no row in the set test" }),
  );
});
