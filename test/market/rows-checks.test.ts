import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadProfile, PROFILE_NAMES } from "../../prover/market/profile/load.ts";
import type { Profile } from "../../prover/market/profile/schema.ts";
import { assertInitialCovers, assertSpotHelps } from "../../prover/market/rows/checks.ts";
import { buildRows } from "../../prover/market/rows.ts";
import { evaluate } from "../../prover/risk/requirement.ts";
import type { Bucket, RequirementSet, Row } from "../../prover/risk/types.ts";
import { Cash, Coverage, Quantity } from "../../prover/units/units.ts";
import { option, shippedInputs, smallInputs, withoutLease } from "./rows-market.ts";

const twice = Coverage.parse("2", "coverage");
const inputs = smallInputs([
  option(300, 90_000, 0.5, "put"),
  option(301, 100_000, 30, "call"),
  option(302, 130_000, 30, "call"),
  option(303, 70_000, 180, "put"),
]);
const mutated = (change: (profile: Profile) => void): Profile => {
  const profile = withoutLease();
  change(profile);
  return profile;
};
const refusal = (change: (profile: Profile) => void) => () => buildRows(inputs, mutated(change));

const books = (ids: readonly number[]) =>
  fc.record({
    cash: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }).map((value) => Cash.of(value, "cash")),
    positions: fc.uniqueArray(
      fc.record({
        id: fc.constantFrom(...ids),
        // Up to 3,000 units: far into every tier.
        quantity: fc
          .bigInt({ min: -3_000_000_000n, max: 3_000_000_000n })
          .map((value) => Quantity.of(value, "quantity")),
      }),
      { maxLength: 8, selector: ({ id }) => id },
    ),
  });

describe("initial covers maintenance", () => {
  it.each(PROFILE_NAMES)("for random books of the shipped chain under %s", (name) => {
    const { maintenance, initial } = buildRows(shippedInputs("2026-02-05"), loadProfile(name));
    fc.assert(
      fc.property(books([...maintenance.rows.keys()]), (book) => {
        const [keep, open] = [maintenance, initial].map((set) => evaluate(set, book, twice));
        expect(open?.equity).toBe(keep?.equity);
        expect((open?.required ?? 0n) >= (keep?.required ?? 0n)).toBe(true);
      }),
    );
  });

  it.each<[string, (profile: Profile) => void, RegExp]>([
    [
      "a factor",
      ({ sets }) => {
        sets.initial.factor.value = "0.79";
      },
      /weight of scenario price unchanged/,
    ],
    [
      "a directional floor",
      ({ sets }) => {
        sets.initial.a.value = "0.019";
      },
      /floor of bucket BTC/,
    ],
    [
      "a basis floor",
      ({ sets }) => {
        sets.initial.h.value = "0.009";
      },
      /floor of bucket BTC/,
    ],
    [
      "a perp charge",
      ({ sets }) => {
        sets.initial.charges.perp.value = "0.0001";
      },
      /charge of row 257/,
    ],
    [
      "a short option charge",
      ({ sets }) => {
        sets.initial.charges.shortOption.value = "0";
      },
      /charge of row 30/,
    ],
    [
      "a decay charge",
      ({ sets }) => {
        sets.initial.charges.decayDays.value = "0";
        sets.initial.charges.confidence.value = "0.001";
        sets.initial.charges.convexity.value = "0.8";
      },
      /charge of row 30/,
    ],
    [
      "a haircut",
      ({ sets }) => {
        if (sets.initial.haircut) sets.initial.haircut.high.value = "0.05";
      },
      /charge of row 1/,
    ],
    [
      "a tier's rate",
      ({ underlyings }) => {
        const step = underlyings.BTC?.tiers.initial.steps[2];
        if (step) step.rate = "0.041";
        if (underlyings.BTC) underlyings.BTC.tiers.maintenance.steps.push({ above: "900000000", rate: "0.05" });
      },
      /a tier of bucket BTC/,
    ],
    [
      "a tier's start",
      ({ underlyings }) => {
        const step = underlyings.ETH?.tiers.initial.steps[0];
        if (step) step.above = "59000000";
      },
      /a tier of bucket ETH/,
    ],
  ])("is refused when the profile lowers %s", (_, change, message) => {
    expect(refusal(change)).toThrow(message);
  });

  it("is refused for sets that differ in what they must share", () => {
    const { maintenance, initial } = buildRows(inputs, loadProfile("portfolio"));
    const row = initial.rows.get(301);
    const bucket = initial.buckets[0];
    if (row === undefined || bucket === undefined) throw new Error("no row");
    const withRow = (changes: Partial<Row>): RequirementSet => ({
      ...initial,
      rows: new Map([...initial.rows, [301, { ...row, ...changes }]]),
    });
    const withBucket = (changes: Partial<Bucket>): RequirementSet => ({
      ...initial,
      buckets: [{ ...bucket, ...changes }, ...initial.buckets.slice(1)],
    });
    const worse: readonly (readonly [RequirementSet, RegExp])[] = [
      [withRow({ mark: row.delta }), /mark or delta of row 301/],
      [withRow({ delta: row.mark }), /mark or delta of row 301/],
      [withRow({ bucket: 1 }), /bucket, mark/],
      [withRow({ values: row.values.slice(1) }), /values of row 301/],
      [withRow({ values: row.values.toReversed() }), /values of row 301/],
      [{ ...initial, rows: new Map([...initial.rows].slice(1)) }, /number of rows/],
      [{ ...initial, rows: new Map([...initial.rows].map(([id, each]) => [id === 301 ? 999 : id, each])) }, /row 301/],
      [{ ...initial, scenarios: initial.scenarios.slice(1) }, /number of scenarios/],
      [{ ...initial, scenarios: initial.scenarios.toReversed() }, /weight of scenario/],
      [{ ...initial, buckets: initial.buckets.slice(1) }, /number of buckets/],
      [withBucket({ gain: bucket.loss }), /gain or loss of bucket BTC/],
      [withBucket({ loss: bucket.gain }), /gain or loss of bucket BTC/],
      [withBucket({ tiers: [] }), /a tier of bucket BTC/],
    ];
    for (const [set, message] of worse) {
      expect(() => assertInitialCovers(maintenance, set)).toThrow(message);
    }
    expect(() => assertInitialCovers(maintenance, initial)).not.toThrow();
  });
});

describe("a spot deposit", () => {
  it.each(PROFILE_NAMES)("never lowers health up to the largest coverage under %s", (name) => {
    for (const set of Object.values(buildRows(inputs, loadProfile(name))).slice(0, 2) as RequirementSet[]) {
      fc.assert(
        fc.property(
          books([257, 258, 259, 300, 301, 302, 303]),
          fc.constantFrom(1, 2),
          fc.bigInt({ min: 0n, max: 5_000_000_000n }),
          fc.bigInt({ min: 1n, max: 5_000_000_000n }),
          (book, id, held, added) => {
            const health = (quantity: bigint) => {
              const positions = [...book.positions, { id, quantity: Quantity.of(quantity, "quantity") }];
              const { equity, required } = evaluate(set, { ...book, positions }, twice);
              return equity - 2n * required;
            };
            expect(health(held + added) >= health(held)).toBe(true);
          },
        ),
      );
    }
  });

  it.each<[string, (profile: Profile) => void]>([
    [
      "a wider price range",
      ({ priceRange }) => {
        if (priceRange === undefined) return;
        priceRange.high.value = "0.45";
        priceRange.multiple.value = "9";
      },
    ],
    [
      "a larger haircut",
      ({ sets }) => {
        if (sets.initial.haircut) {
          sets.initial.haircut.base.value = "0.4";
          sets.initial.haircut.high.value = "0.4";
        }
      },
    ],
    [
      "a steeper tier",
      ({ underlyings }) => {
        const step = underlyings.BTC?.tiers.initial.steps[2];
        if (step) step.rate = "0.5";
      },
    ],
    [
      "a higher floor",
      ({ sets }) => {
        sets.initial.a.value = "0.5";
      },
    ],
    [
      "a larger coverage",
      ({ largestCoverage }) => {
        largestCoverage.value = "2.5";
      },
    ],
  ])("is refused when %s could make it lower health", (_, change) => {
    expect(refusal(change)).toThrow(/could lower health at coverage/);
  });

  it("is judged to the last unit", () => {
    const { initial } = buildRows(inputs, withoutLease());
    const spot = initial.rows.get(1);
    if (spot === undefined) throw new Error("no spot row");
    // The 30% range and the top tier of 6% leave 64% of 100,000 at coverage 1, and 14,000 for the haircut at coverage 2.
    const withHaircut = (micros: bigint): RequirementSet => ({
      ...initial,
      rows: new Map([[1, { ...spot, long: micros as Row["long"] }]]),
    });
    expect(() => assertSpotHelps(withHaircut(14_000_000_000n), [{ id: 1, name: "BTC" }], twice)).not.toThrow();
    expect(() => assertSpotHelps(withHaircut(14_000_000_001n), [{ id: 1, name: "BTC" }], twice)).toThrow(
      /a deposit of BTC could/,
    );
  });
});
