import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cited, Profile } from "../../prover/market/profile/schema.ts";
import { convexityGap } from "../../prover/market/rows/convexity.ts";
import { shockVolatility } from "../../prover/market/rows/shocks.ts";
import { buildRows } from "../../prover/market/rows.ts";
import type { Instrument } from "../../prover/market/types.ts";
import { type Option, price } from "../../prover/pricing/black76.ts";
import { evaluate } from "../../prover/risk/requirement.ts";
import { Cash, Coverage, Quantity } from "../../prover/units/units.ts";
import { option, smallInputs, withoutLease } from "./rows-market.ts";

const NODES = [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3];
const grid = (from: number, to: number, count: number) =>
  Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count);

describe("the convexity gap", () => {
  const gapOnGrid = (o: Option): number => {
    let most = 0;
    NODES.slice(1).forEach((high, i) => {
      const low = NODES[i] ?? 0;
      const at = (move: number) => price({ ...o, forward: o.forward * (1 + move) });
      for (const x of grid(0, 1, 400)) {
        const line = at(low) * (1 - x) + at(high) * x;
        most = Math.max(most, line - at(low + x * (high - low)));
      }
    });
    return most;
  };

  it("is never less than a fine grid shows, and hardly more", () => {
    fc.assert(
      fc.property(
        fc.record({
          forward: fc.constant(100_000),
          strike: fc.integer({ min: 60_000, max: 140_000 }),
          years: fc.double({ min: 0, max: 0.5, noNaN: true }),
          volatility: fc.double({ min: 0.02, max: 3, noNaN: true }),
          type: fc.constantFrom("call" as const, "put" as const),
        }),
        (o) => {
          const shown = gapOnGrid(o);
          const charged = convexityGap(o, NODES);
          expect(charged).toBeGreaterThanOrEqual(shown - 1e-9);
          expect(charged).toBeLessThanOrEqual(shown * 1.01 + 1.5);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is a quarter of the interval for a payoff with its kink in the middle", () => {
    const kink = { forward: 100_000, strike: 105_000, years: 0, volatility: 0.5, type: "call" } as const;
    expect(convexityGap(kink, NODES)).toBeCloseTo(2500, 0);
    expect(convexityGap({ ...kink, strike: 110_000 }, NODES)).toBeCloseTo(0, 0);
  });

  it("is nothing without nodes", () => {
    expect(convexityGap({ forward: 100_000, strike: 105_000, years: 0.1, volatility: 0.5, type: "put" }, [])).toBe(0);
  });
});

describe("between the nodes of the scan", () => {
  /** Only the scan and the convexity charge. */
  const bare = (convexity: "0" | "1"): Profile => {
    const profile = withoutLease();
    for (const set of Object.values(profile.sets)) {
      for (const cited of [set.a, set.h, ...Object.values<Cited>(set.charges)]) cited.value = "0";
      set.charges.convexity.value = convexity;
    }
    profile.scenarioGroups = profile.scenarioGroups.slice(0, 1);
    return profile;
  };

  const required = (
    profile: Profile,
    instruments: readonly Instrument[],
    book: readonly (readonly [number, number])[],
  ) => {
    const { initial } = buildRows(smallInputs(instruments), profile);
    const positions = book.map(([id, quantity]) => ({ id, quantity: Quantity.of(BigInt(quantity) * 1_000_000n, "q") }));
    const result = evaluate(initial, { cash: Cash.parse("0", "cash"), positions }, Coverage.parse("1", "c"));
    return Number(result.scan + result.charge) / 1e30;
  };

  /** The worst loss of a book on a fine grid of prices, volatility shocked up and down. */
  const worstLoss = (
    profile: Profile,
    instruments: readonly Instrument[],
    book: readonly (readonly [number, number])[],
  ) => {
    const rule = profile.volatilityShock;
    if (rule === undefined) throw new Error("no shocks");
    const shock = Object.fromEntries(Object.entries(rule).map(([k, { value }]) => [k, Number(value)]));
    const losses = (["up", "down"] as const).flatMap((to) =>
      grid(-0.3, 0.3, 240).map((move) => {
        const pnl = book.map(([id, quantity]) => {
          const instrument = instruments.find((each) => each.id === id);
          if (instrument === undefined) return quantity * 100_000 * move;
          const { strike = 0, optionType: type = "call", volatility = 0, expiry = 0 } = instrument;
          const days = (expiry - smallInputs().timestamp) / 86_400;
          const o: Option = { forward: 100_000, strike, years: days / 365, volatility, type };
          const after = {
            ...o,
            forward: 100_000 * (1 + move),
            volatility: shockVolatility(volatility, days, to, shock as never),
          };
          return quantity * (price(after) - price(o));
        });
        return -pnl.reduce((a, b) => a + b, 0);
      }),
    );
    return Math.max(...losses);
  };

  const shortButterfly = [
    option(300, 110_000, 0.25, "call"),
    option(301, 115_000, 0.25, "call"),
    option(302, 120_000, 0.25, "call"),
  ];
  const wings = [
    [300, -1],
    [301, 2],
    [302, -1],
  ] as const;

  it("a short butterfly on the nodes loses what the scan alone does not see", () => {
    expect(worstLoss(bare("0"), shortButterfly, wings)).toBeGreaterThan(3000);
    expect(required(bare("0"), shortButterfly, wings)).toBeLessThan(worstLoss(bare("0"), shortButterfly, wings) / 2);
    expect(required(bare("1"), shortButterfly, wings)).toBeGreaterThanOrEqual(
      worstLoss(bare("1"), shortButterfly, wings),
    );
  });

  it("long calls against a short future lose it without a single short option", () => {
    const calls = [option(300, 105_000, 0.05, "call")];
    const book = [
      [300, 2],
      [259, -1],
    ] as const;
    expect(required(bare("0"), calls, book)).toBeLessThan(worstLoss(bare("0"), calls, book) / 5);
    expect(required(bare("1"), calls, book)).toBeGreaterThanOrEqual(worstLoss(bare("1"), calls, book));
  });

  it("no random book of options and futures, strangles and butterflies among them, loses more than is required", () => {
    const strike = fc.integer({ min: 70, max: 130 }).map((thousands) => thousands * 1000);
    const leg = fc.record({
      strike,
      days: fc.constantFrom(0.1, 0.5, 1, 7, 30, 180),
      type: fc.constantFrom("call" as const, "put" as const),
      quantity: fc.integer({ min: -4, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(leg, { minLength: 1, maxLength: 6 }), fc.integer({ min: -4, max: 4 }), (legs, futures) => {
        const instruments = legs.map(({ strike: k, days, type }, i) => option(300 + i, k, days, type));
        const book = [...legs.map(({ quantity }, i) => [300 + i, quantity] as const), [259, futures] as const];
        const profile = bare("1");
        // Rounding to 1e-6 USD, on every leg.
        expect(required(profile, instruments, book)).toBeGreaterThanOrEqual(
          worstLoss(profile, instruments, book) - 1e-4,
        );
      }),
      { numRuns: 60 },
    );
  });
});
