import fc from "fast-check";
import type { Bucket, Portfolio, RequirementSet, Row, Scenario, Tier } from "../../prover/risk/types.ts";
import type { Cash, Coverage, Notional, Price, Quantity, Ratio } from "../../prover/units/units.ts";

/** Integers of a unit with a bias to its edges: zero, one, and the widest the circuits hold. */
const edged = (bits: bigint, signed: boolean): fc.Arbitrary<bigint> => {
  const top = 2n ** bits - 1n;
  const edges = signed ? [0n, 1n, -1n, top, -top] : [0n, 1n, top];
  return fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: signed ? -top : 0n, max: top }));
};

export const price = edged(47n, true) as fc.Arbitrary<Price>;
export const charge = edged(47n, false) as fc.Arbitrary<Price>;
export const quantity = edged(47n, true) as fc.Arbitrary<Quantity>;
export const cash = edged(100n, true) as fc.Arbitrary<Cash>;
export const ratio = edged(32n, false) as fc.Arbitrary<Ratio>;
export const coverage = edged(20n, false) as fc.Arbitrary<Coverage>;

const tier: fc.Arbitrary<Tier> = fc.record({ rate: ratio, deduction: edged(64n, false) as fc.Arbitrary<Notional> });

const bucket = (maxTiers: number): fc.Arbitrary<Bucket> =>
  fc
    .record({
      name: fc.constant("b"),
      x: ratio,
      y: ratio,
      h: ratio,
      a: ratio,
      tiers: fc.array(tier, { maxLength: maxTiers }),
    })
    .map(({ name, x, y, h, a, tiers }) => {
      const [gain, loss] = x <= y ? [x, y] : [y, x];
      const least = ((h + 1n) / 2n) as Ratio;
      return { name, gain, loss, h, a: a < least ? least : a, tiers };
    });

interface Shape {
  readonly buckets: number;
  readonly tiers: number;
}

/** A valid requirement set over instruments 1..5, and a portfolio of some of them. */
export const setAndPortfolio = (shape: Shape): fc.Arbitrary<{ set: RequirementSet; portfolio: Portfolio }> =>
  fc.integer({ min: 0, max: 4 }).chain((scenarioCount) =>
    fc
      .record({
        buckets: fc.array(bucket(shape.tiers), { minLength: shape.buckets, maxLength: shape.buckets }),
        weights: fc.array(ratio, { minLength: scenarioCount, maxLength: scenarioCount }),
        rows: fc.array(
          fc.record({
            bucket: fc.integer({ min: 0, max: shape.buckets - 1 }),
            mark: price,
            delta: price,
            long: charge,
            short: charge,
            values: fc.array(price, { minLength: scenarioCount, maxLength: scenarioCount }),
          }),
          { minLength: 5, maxLength: 5 },
        ),
        cash,
        quantities: fc.array(quantity, { maxLength: 5 }),
      })
      .map(({ buckets, weights, rows, cash, quantities }) => ({
        set: {
          name: "test",
          buckets,
          scenarios: weights.map((weight, s): Scenario => ({ name: `s${s}`, weight })),
          rows: new Map(rows.map((row, i): [number, Row] => [i + 1, { ...row, id: i + 1 }])),
        },
        portfolio: { cash, positions: quantities.map((quantity, i) => ({ id: i + 1, quantity })) },
      })),
  );
