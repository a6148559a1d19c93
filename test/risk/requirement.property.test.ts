import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isolatedRequirement, requiredOf } from "../../prover/risk/isolated.ts";
import { evaluate } from "../../prover/risk/requirement.ts";
import type { Bucket, RequirementSet, Row } from "../../prover/risk/types.ts";
import type { Cash, Coverage, Price, Quantity, Ratio } from "../../prover/units/units.ts";
import { cash, charge, coverage, price, ratio, setAndPortfolio } from "./arbitrary.ts";

const anyCase = setAndPortfolio({ buckets: 3, tiers: 3 });
const untiered = setAndPortfolio({ buckets: 3, tiers: 0 });
const abs = (value: bigint) => (value < 0n ? -value : value);
const larger = (a: bigint, b: bigint) => (a > b ? a : b);

/** Exact rationals, written without a thought for units or speed: a second opinion on `evaluate`. */
function required(set: RequirementSet, positions: readonly { id: number; quantity: bigint }[]) {
  const held = positions.map(({ id, quantity }) => ({ q: quantity, row: set.rows.get(id) as Row }));
  // Everything below is in units of 5e-31 USD, so that halves are whole.
  const G = 10n ** 9n;
  let floor = 0n;
  let tiers = 0n;
  const totals = set.scenarios.map(() => 0n);
  set.buckets.forEach((bucket, b) => {
    const inside = held.filter(({ row }) => row.bucket === b);
    const N = inside.reduce((sum, { q, row }) => sum + q * row.delta, 0n);
    const gross = inside.reduce((sum, { q, row }) => sum + abs(q * row.delta), 0n);
    floor += G * (2n * bucket.a * abs(N) + bucket.h * (gross - abs(N)));
    tiers += bucket.tiers.map((t) => 2n * G * (t.rate * gross - t.deduction * 10n ** 15n)).reduce(larger, 0n);
    set.scenarios.forEach(({ weight }, s) => {
      const X = inside.reduce((sum, { q, row }) => sum + q * (row.values[s] ?? 0n), 0n);
      const [g, l] = [bucket.gain * X, bucket.loss * X];
      totals[s] = (totals[s] ?? 0n) - 2n * weight * larger(-g, -l);
    });
  });
  const scan = totals.map((total) => -total).reduce(larger, 0n);
  const charges = held.reduce((sum, { q, row }) => sum + (q > 0n ? q * row.long : -q * row.short), 0n);
  const twice = larger(scan, floor) + 2n * G * G * charges + tiers;
  return twice / 2n;
}

describe("the requirement, over values up to the widest", () => {
  test("is what a second, plainer evaluation says", () => {
    fc.assert(
      fc.property(anyCase, ({ set, portfolio }) => {
        expect(requiredOf(set, portfolio.positions)).toBe(required(set, portfolio.positions));
      }),
      { numRuns: 500 },
    );
  });

  test("is the sum of its parts, none of them negative", () => {
    fc.assert(
      fc.property(anyCase, coverage, ({ set, portfolio }, cover) => {
        const r = evaluate(set, portfolio, cover);
        expect([r.scan, r.floor, r.charge, r.concentration].every((part) => part >= 0n)).toBe(true);
        expect(r.required).toBe(larger(r.scan, r.floor) + r.charge + r.concentration);
        expect(r.worstScenario === null).toBe(r.scan === 0n);
      }),
    );
  });

  test("is met at exactly the line and missed one unit of cash below it", () => {
    fc.assert(
      fc.property(anyCase, coverage, ({ set, portfolio }, cover) => {
        const flat = evaluate(set, { ...portfolio, cash: 0n as Cash }, cover);
        const unit = 10n ** 22n;
        const wanted = cover * flat.required - flat.equity * 10_000n;
        // The least cash, in whole 1e-12 USD, with which equity * 10000 reaches coverage * required.
        const least = wanted / unit + (wanted > 0n && wanted % unit !== 0n ? 1n : 0n);
        const healthyWith = (amount: bigint) => evaluate(set, { ...portfolio, cash: amount as Cash }, cover).healthy;
        expect([healthyWith(least - 1n), healthyWith(least), healthyWith(least + 1n)]).toEqual([false, true, true]);
      }),
    );
  });

  test("does not depend on cash, and more cash never harms", () => {
    fc.assert(
      fc.property(anyCase, cash, coverage, ({ set, portfolio }, more, cover) => {
        const before = evaluate(set, portfolio, cover);
        const after = evaluate(set, { ...portfolio, cash: (portfolio.cash + abs(more)) as Cash }, cover);
        expect(after.required).toBe(before.required);
        expect(after.equity - before.equity).toBe(abs(more) * 10n ** 18n);
        expect(after.healthy || !before.healthy).toBe(true);
      }),
    );
  });

  test("never exceeds the isolated one where nothing is charged for size", () => {
    fc.assert(
      fc.property(untiered, ({ set, portfolio }) => {
        expect(requiredOf(set, portfolio.positions) <= isolatedRequirement(set, portfolio)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("scales with the portfolio where nothing is charged for size, and grows faster where something is", () => {
    const times = fc.bigInt({ min: 1n, max: 1000n });
    const scaled = (positions: readonly { id: number; quantity: Quantity }[], k: bigint) =>
      positions.map(({ id, quantity }) => ({ id, quantity: (quantity * k) as Quantity }));
    fc.assert(
      fc.property(untiered, times, ({ set, portfolio: { positions } }, k) => {
        expect(requiredOf(set, scaled(positions, k))).toBe(k * requiredOf(set, positions));
      }),
    );
    fc.assert(
      fc.property(anyCase, times, ({ set, portfolio: { positions } }, k) => {
        expect(requiredOf(set, scaled(positions, k)) >= k * requiredOf(set, positions)).toBe(true);
      }),
    );
  });

  test("is untouched by a position of zero, and by the order of positions", () => {
    fc.assert(
      fc.property(anyCase, coverage, ({ set, portfolio }, cover) => {
        const result = evaluate(set, portfolio, cover);
        const empty = { id: 5, quantity: 0n as Quantity };
        const padded = [empty, ...portfolio.positions.toReversed(), empty];
        expect(evaluate(set, { ...portfolio, positions: padded }, cover)).toEqual(result);
      }),
    );
  });

  test("never falls when a gain counts for less", () => {
    fc.assert(
      fc.property(anyCase, fc.bigInt({ min: 0n, max: 1_000_000_000n }), ({ set, portfolio }, keep) => {
        const cut = set.buckets.map(
          (bucket): Bucket => ({ ...bucket, gain: ((bucket.gain * keep) / 10n ** 9n) as Ratio }),
        );
        expect(requiredOf({ ...set, buckets: cut }, portfolio.positions) >= requiredOf(set, portfolio.positions)).toBe(
          true,
        );
      }),
    );
  });

  test("is no lower under a set whose weights, charges, floors and tiers are no lower", () => {
    const extras = fc.record({ weight: ratio, rate: ratio, charge, appended: price, h: ratio });
    fc.assert(
      fc.property(anyCase, extras, ({ set, portfolio }, more) => {
        const initial: RequirementSet = {
          ...set,
          scenarios: [
            ...set.scenarios.map((s) => ({ ...s, weight: (s.weight + more.weight) as Ratio })),
            { name: "only initial", weight: more.weight },
          ],
          buckets: set.buckets.map((bucket) => ({
            ...bucket,
            // a grows by at least half of what h grows by.
            a: (bucket.a + more.h) as Ratio,
            h: (bucket.h + more.h) as Ratio,
            tiers: bucket.tiers.map((tier) => ({ ...tier, rate: (tier.rate + more.rate) as Ratio })),
          })),
          rows: new Map(
            [...set.rows].map(([id, row]) => [
              id,
              {
                ...row,
                long: (row.long + more.charge) as Price,
                short: (row.short + more.charge) as Price,
                values: [...row.values, more.appended],
              },
            ]),
          ),
        };
        expect(requiredOf(initial, portfolio.positions) >= requiredOf(set, portfolio.positions)).toBe(true);
        const one = 10_000n as Coverage;
        expect(evaluate(set, portfolio, one).healthy || !evaluate(initial, portfolio, one).healthy).toBe(true);
      }),
    );
  });
});
