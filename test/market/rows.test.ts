import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { buildRows } from "../../prover/market/rows.ts";
import { type Instrument, SET_NAMES } from "../../prover/market/types.ts";
import { greeks, price } from "../../prover/pricing/black76.ts";
import { evaluate } from "../../prover/risk/requirement.ts";
import type { RequirementSet, Row } from "../../prover/risk/types.ts";
import { Cash, Coverage, formatExact, Quantity } from "../../prover/units/units.ts";
import { option, shippedInputs, smallInputs, withoutLease } from "./rows-market.ts";

const portfolio = loadProfile("portfolio");
const once = Coverage.parse("1", "coverage");
const usd = (price: bigint | undefined) => Number(price ?? Number.NaN) / 1e6;

function row(set: RequirementSet, id: number): Row {
  const found = set.rows.get(id);
  if (found === undefined) throw new Error(`no row ${id}`);
  return found;
}

function valueIn(set: RequirementSet, id: number, scenario: string): number {
  const index = set.scenarios.findIndex(({ name }) => name === scenario);
  if (index < 0) throw new Error(`no scenario ${scenario}`);
  return usd(row(set, id).values[index]);
}

const required = (set: RequirementSet, positions: readonly (readonly [id: number, quantity: string])[]) =>
  evaluate(
    set,
    {
      cash: Cash.parse("0", "cash"),
      positions: positions.map(([id, quantity]) => ({ id, quantity: Quantity.parse(quantity, "quantity") })),
    },
    once,
  );

describe("rows of a perp, a future and spot under portfolio", () => {
  const { maintenance, initial, derived } = buildRows(smallInputs(), portfolio);

  it("has the price range at its cap for a volatility of 8% a day", () => {
    expect(derived.BTC?.sigma).toBeCloseTo(0.08, 12);
    expect(derived.BTC?.priceRange).toBe(0.3);
  });

  it("moves a future by the move times its forward, in every joint scenario, volatility or not", () => {
    for (const vol of ["up", "down"]) {
      expect(valueIn(maintenance, 259, `price unchanged, vol ${vol}`)).toBe(0);
      expect(valueIn(maintenance, 259, `price up range 1/3, vol ${vol}`)).toBe(10_000);
      expect(valueIn(maintenance, 259, `price down range 2/3, vol ${vol}`)).toBe(-20_000);
      expect(valueIn(maintenance, 259, `price up range 1, vol ${vol}`)).toBe(30_000);
    }
  });

  it("folds price range / 18% into the values of tails, not into their moves", () => {
    expect(valueIn(maintenance, 257, "tail -66%")).toBeCloseTo((-66_000 * 0.3) / 0.18, 5);
    expect(valueIn(maintenance, 257, "tail +500%")).toBeCloseTo((500_000 * 0.3) / 0.18, 5);
  });

  it("moves one major alone, and nothing of the other", () => {
    expect(valueIn(initial, 257, "BTC alone down range 2/3")).toBe(-20_000);
    expect(valueIn(initial, 258, "BTC alone down range 2/3")).toBe(0);
    expect(valueIn(initial, 258, "ETH alone up range 2/3")).toBe(500);
    expect(valueIn(initial, 1, "ETH alone up range 2/3")).toBe(0);
  });

  it("charges basis, confidence and funding on both sides, and a haircut on spot alone", () => {
    expect([row(maintenance, 259).long, row(maintenance, 259).short].map(usd)).toEqual([600, 600]);
    expect([row(maintenance, 257).long, row(maintenance, 257).short].map(usd)).toEqual([850, 850]);
    expect([row(initial, 257).long, row(initial, 259).long].map(usd)).toEqual([1300, 800]);
    expect(usd(row(maintenance, 1).long)).toBeCloseTo(6000, 4);
    expect(usd(row(initial, 1).long)).toBeCloseTo(11_000, 4);
  });

  it("weighs maintenance scenarios by 0.8 and initial ones by what a lease may bring", () => {
    const weights = (set: RequirementSet) =>
      Object.fromEntries(set.scenarios.map(({ name, weight }) => [name, weight]));
    expect(maintenance.scenarios).toHaveLength(26);
    expect(weights(maintenance)).toMatchObject({ "price up range 1, vol up": 800_000_000n, "tail +500%": 21_600_000n });
    expect(weights(initial)).toMatchObject({ "price up range 1, vol up": 1_060_000_000n, "tail +500%": 34_800_000n });
  });
});

describe("the parameters of a set", () => {
  it("have tiers that take over where their step begins", () => {
    const [bitcoin] = buildRows(smallInputs(), portfolio).maintenance.buckets;
    // 1% above $25m, 2% above $100m, 3% above $500m.
    expect(bitcoin?.tiers).toEqual([
      { rate: 10_000_000n, deduction: 250_000_000_000n },
      { rate: 20_000_000n, deduction: 1_250_000_000_000n },
      { rate: 30_000_000n, deduction: 6_250_000_000_000n },
    ]);
  });

  it("have weights rounded up", () => {
    const profile = structuredClone(portfolio);
    const tail = profile.scenarioGroups[1]?.scenarios[0];
    if (tail === undefined) throw new Error("no tail");
    tail.weight = "0.000000001";
    expect(buildRows(smallInputs(), profile).maintenance.scenarios[14]?.weight).toBe(1n);
  });
});

describe("rows of options", () => {
  const strikes = [
    option(300, 100_000, 30, "call"),
    option(301, 80_000, 30, "put"),
    option(302, 100_000, 0.25, "call"),
  ];
  const { maintenance, initial } = buildRows(smallInputs(strikes), portfolio);
  const atTheMoney = { forward: 100_000, strike: 100_000, years: 30 / 365, volatility: 0.6, type: "call" } as const;

  it("has Black-76 as mark and delta in USD", () => {
    expect(usd(row(maintenance, 300).mark)).toBeCloseTo(price(atTheMoney), 6);
    expect(usd(row(maintenance, 300).delta)).toBeCloseTo(greeks(atTheMoney).delta * 100_000, 6);
    expect(usd(row(maintenance, 301).delta)).toBeLessThan(0);
  });

  it("reprices with the forward and the volatility of the scenario", () => {
    // 30 days: volatility up is 0.6 * 1.5, down 0.6 * 0.725.
    const shocked = price({ ...atTheMoney, forward: 130_000, volatility: 0.9 }) - price(atTheMoney);
    expect(valueIn(maintenance, 300, "price up range 1, vol up")).toBeCloseTo(shocked, 5);
    const calm = price({ ...atTheMoney, volatility: 0.435 }) - price(atTheMoney);
    expect(valueIn(maintenance, 300, "price unchanged, vol down")).toBeCloseTo(calm, 5);
  });

  it("charges a long option a day of decay, and all that is left of it on the last day", () => {
    const without = structuredClone(portfolio);
    without.sets.maintenance.charges.decayDays.value = "0";
    const free = buildRows(smallInputs(strikes), without).maintenance;
    const decay = (id: number) => usd(row(maintenance, id).long) - usd(row(free, id).long);
    const tomorrow = price({ ...atTheMoney, years: 29 / 365 });
    expect(decay(300)).toBeCloseTo(price(atTheMoney) - tomorrow, 4);
    expect(decay(302)).toBeCloseTo(usd(row(maintenance, 302).mark), 4);
  });

  it("reprices ahead and charges no decay when the profile looks ahead", () => {
    const ahead = structuredClone(portfolio);
    ahead.lookAheadDays.value = "1";
    const set = buildRows(smallInputs(strikes), ahead).maintenance;
    const later = price({ ...atTheMoney, forward: 90_000, volatility: 0.9, years: 29 / 365 }) - price(atTheMoney);
    expect(valueIn(set, 300, "price down range 1/3, vol up")).toBeCloseTo(later, 5);
    expect(row(set, 301).long).toBeLessThan(row(maintenance, 301).long);
  });

  it("charges the convexity between undampened joint nodes, in proportion to what a loss counts", () => {
    const gapOf = (change: (profile: typeof portfolio) => void) => {
      const charge = (convexity: "0" | "1") => {
        const profile = withoutLease();
        profile.scenarioGroups.pop();
        change(profile);
        profile.sets.initial.charges.convexity.value = convexity;
        profile.sets.maintenance.charges.convexity.value = "0";
        return usd(row(buildRows(smallInputs([option(300, 105_000, 7, "call")]), profile).initial, 300).long);
      };
      return charge("1") - charge("0");
    };
    const whole = gapOf(() => {});
    expect(whole).toBeGreaterThan(500);
    const halfway = (weight: string) =>
      gapOf(({ scenarioGroups: [joint] }) => {
        for (const volatility of ["up", "down"] as const) {
          joint?.scenarios.push({ name: `half, vol ${volatility}`, move: "1/6", volatility, weight });
        }
      });
    expect(halfway("0.33")).toBe(whole);
    expect(halfway("1")).toBeLessThan(whole);
    const heavier = gapOf(({ largestCoverage, underlyings: { BTC } }) => {
      largestCoverage.value = "1";
      if (BTC) BTC.loss.value = "1.25";
    });
    expect(heavier).toBeCloseTo(1.25 * whole, 4);
  });

  it("charges a short option its minimum whatever it is worth", () => {
    const far = buildRows(smallInputs([option(310, 900_000, 1, "call")]), portfolio);
    expect(usd(row(far.maintenance, 310).mark)).toBe(0);
    expect(usd(row(far.maintenance, 310).short)).toBeGreaterThanOrEqual(500);
    expect(usd(row(far.initial, 310).short)).toBeGreaterThanOrEqual(1000);
  });

  it("shares marks, deltas and values between the sets", () => {
    for (const [id, { mark, delta, values }] of maintenance.rows) {
      expect(initial.rows.get(id)).toMatchObject({ mark, delta, values });
    }
  });
});

describe("a lapsed instrument", () => {
  const lapsed = { ...option(300, 90_000, 1, "call"), expiry: smallInputs().timestamp, forward: 97_500 };
  const { volatility: _, ...unquoted } = lapsed;
  const future: Instrument = { ...lapsed, id: 301, name: "BTC-OLD", kind: "future" };
  const { maintenance, initial } = buildRows(smallInputs([unquoted, future]), portfolio);

  it("stands at its settlement mark with no delta, no charge and no scenario", () => {
    for (const set of [maintenance, initial]) {
      const zeros = portfolio.scenarioGroups.flatMap(({ scenarios }) => scenarios.map(() => 0n));
      expect(row(set, 300)).toEqual({
        id: 300,
        bucket: 0,
        mark: 7_500_000_000n,
        delta: 0n,
        long: 0n,
        short: 0n,
        values: zeros,
      });
      expect(row(set, 301)).toMatchObject({ mark: 97_500_000_000n, delta: 0n, long: 0n, short: 0n, values: zeros });
    }
  });

  it("owes its whole value when it was carried short over expiry, and requires nothing more", () => {
    const { equity, required: more } = required(maintenance, [[300, "-1"]]);
    expect([formatExact(equity), formatExact(more)]).toEqual(["-7500", "0"]);
  });
});

describe("the classic example, long a BTC perp and short a BTC future of $100,000 each", () => {
  const both = [
    [257, "1"],
    [259, "-1"],
  ] as const;

  it("costs exactly $12,000 under linear, and $20,000 isolated, in both sets", () => {
    const sets = buildRows(smallInputs(), loadProfile("linear"));
    for (const side of SET_NAMES) {
      expect(formatExact(required(sets[side], both).required)).toBe("12000");
      const isolated = both.map((leg) => required(sets[side], [leg]).required);
      expect(isolated.map(formatExact)).toEqual(["10000", "10000"]);
    }
  });

  it("costs $2,450 to keep and $3,150 to open under portfolio: basis floor, basis, confidence and funding", () => {
    const sets = buildRows(smallInputs(), portfolio);
    const { scan, floor, charge } = required(sets.maintenance, both);
    expect([scan, floor, charge].map(formatExact)).toEqual(["0", "1000", "1450"]);
    expect(formatExact(required(sets.initial, both).required)).toBe("3150");
  });
});

describe("profiles without scenarios", () => {
  it("have rows without values, and floors or haircuts instead", () => {
    for (const name of ["linear", "risk-adjusted"]) {
      const { maintenance } = buildRows(smallInputs([option(300, 100_000, 30, "call")]), loadProfile(name));
      expect(maintenance.scenarios).toEqual([]);
      expect([...maintenance.rows.values()].every(({ values }) => values.length === 0)).toBe(true);
    }
  });

  it("charge a risk-adjusted position its own worst scenario, without netting", () => {
    const { initial } = buildRows(smallInputs(), loadProfile("risk-adjusted"));
    // The range of 30%, 0.2% confidence and 0.5% funding.
    expect(usd(row(initial, 257).long)).toBe(30_700);
    expect(
      formatExact(
        required(initial, [
          [257, "1"],
          [259, "-1"],
        ]).required,
      ),
    ).toBe("60900");
  });

  it("need no history", () => {
    const bare = { ...smallInputs(), underlyings: { BTC: { index: 1, closes: [] }, ETH: { index: 1, closes: [] } } };
    expect(buildRows(bare, loadProfile("linear")).derived.BTC).toMatchObject({ sigma: null, priceRange: null });
    expect(() => buildRows(bare, portfolio)).toThrow(/history of BTC: 0 daily closes/);
  });
});

describe("span16", () => {
  it("has sixteen scenarios, of the extreme ones 33%", () => {
    const { initial } = buildRows(smallInputs(), loadProfile("span16"));
    expect(initial.scenarios).toHaveLength(16);
    expect(valueIn(initial, 257, "extreme down")).toBeCloseTo(-90_000, 5);
    expect(initial.scenarios.find(({ name }) => name === "extreme down")?.weight).toBe(330_000_000n);
  });
});

describe("refusals", () => {
  const build = (changes: Partial<Instrument>) => () =>
    buildRows(smallInputs([{ ...option(300, 100_000, 30, "call"), ...changes }]), portfolio);

  it.each([
    [{ forward: Number.NaN }, /BTC-30D-100000-C: its forward/],
    [{ forward: -1 }, /its forward/],
    [{ strike: 0 }, /positive strike/],
    [{ volatility: Number.NaN }, /implied volatility/],
    [{ volatility: -0.1 }, /implied volatility/],
    [{ underlying: "DOGE" }, /no underlying DOGE/],
    [{ forward: 140_000_000, kind: "future" as const }, /scenario value: .* outside the range/],
  ])("name the instrument: %j", (changes, message) => {
    expect(build(changes)).toThrow(message);
  });
});

describe("the shipped chain", () => {
  const inputs = shippedInputs("2026-02-04");
  const built = buildRows(inputs, portfolio);
  const text = (set: RequirementSet) =>
    [...set.rows.values()]
      .map((r) => [r.id, r.bucket, r.mark, r.delta, r.long, r.short, ...r.values].join(" "))
      .join("\n");

  it("gives the same integers on every machine", () => {
    const digest = createHash("sha256")
      .update(`${text(built.maintenance)}\n${text(built.initial)}`)
      .digest("hex");
    expect(digest).toMatchInlineSnapshot(`"4d8f915703927bd05b837c3dc163468c635ee8aaba0167830837ec3836bd3a07"`);
  });

  it("has the price ranges of its day", () => {
    expect(built.derived).toMatchInlineSnapshot(`
      {
        "BTC": {
          "haircut": {
            "initial": 0.05334204721540721,
            "maintenance": 0.03167102360770361,
          },
          "priceRange": 0.165,
          "sigma": 0.023342047215407214,
        },
        "ETH": {
          "haircut": {
            "initial": 0.06783997250571955,
            "maintenance": 0.03891998625285978,
          },
          "priceRange": 0.21406189895851935,
          "sigma": 0.03783997250571955,
        },
      }
    `);
  });

  it("has a row for every instrument", () => {
    expect(buildRows(inputs, portfolio).initial.rows.size).toBe(inputs.instruments.length);
  });

  it("builds under every profile, on the day of the crash too", () => {
    for (const name of ["portfolio", "linear", "span16", "risk-adjusted"]) {
      expect(() => buildRows(shippedInputs("2026-02-05"), loadProfile(name))).not.toThrow();
    }
  });
});
