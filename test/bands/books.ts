import fc from "fast-check";
import type { Instrument, MarketInputs } from "../../prover/market/types.ts";
import type { Position } from "../../prover/risk/types.ts";
import type { Quantity } from "../../prover/units/units.ts";

type Leg = readonly [Instrument, number];

const position = ([{ id }, amount]: Leg): Position => ({ id, quantity: BigInt(Math.round(amount * 1e6)) as Quantity });

/** Random books of the kinds that strain a margin: each as positions of distinct instruments. */
export function books({ instruments }: MarketInputs): fc.Arbitrary<Position[]> {
  const of = (test: (each: Instrument) => boolean) => instruments.filter(test);
  const linear = of(({ kind }) => kind === "perp" || kind === "future");
  const options = of(({ kind }) => kind === "option");
  const spots = of(({ kind }) => kind === "spot");
  const far = options.filter(({ strike = 0, forward }) => Math.abs(strike / forward - 1) > 0.1);
  const pick = (list: readonly Instrument[]) => fc.constantFrom(...list);
  // In USD of the underlying, so that BTC and ETH weigh alike; the edges are an even hedge and nearly nothing.
  const size = fc.oneof(fc.constantFrom(1, 1, 0.5, 2, 0.001), fc.double({ min: 0.01, max: 5, noNaN: true }));
  const signed = fc.tuple(size, fc.constantFrom(1, -1)).map(([amount, sign]) => amount * sign);
  const units = (each: Instrument, amount: number): Leg => [each, (amount * 100_000) / each.forward];
  const leg = (list: readonly Instrument[], amount = signed) =>
    fc.tuple(pick(list), amount).map(([each, a]) => units(each, a));
  const short = size.map((amount) => -amount);
  const pair = (test: (a: Instrument, b: Instrument) => boolean, a: number, b: number) =>
    fc.tuple(pick(options), size, fc.nat()).map(([first, amount, at]): Leg[] => {
      const able = options.filter((other) => other !== first && test(first, other));
      const second = able[at % Math.max(able.length, 1)];
      return second === undefined ? [units(first, a * amount)] : [units(first, a * amount), units(second, b * amount)];
    });
  const kinds: fc.Arbitrary<Leg[]>[] = [
    leg(linear).map((each) => [each]),
    fc.array(leg(instruments), { minLength: 1, maxLength: 8 }),
    fc.array(leg(options, short), { minLength: 1, maxLength: 4 }),
    fc.array(leg(far, short), { minLength: 1, maxLength: 4 }),
    // Straddle and strangle; calendar; vertical; across underlyings.
    pair((a, b) => a.expiry === b.expiry && a.underlying === b.underlying && a.optionType !== b.optionType, -1, -1),
    pair((a, b) => a.strike === b.strike && a.underlying === b.underlying && a.optionType === b.optionType, -1, 1),
    pair((a, b) => a.expiry === b.expiry && a.underlying === b.underlying && a.optionType === b.optionType, 1, -1),
    pair((a, b) => a.underlying !== b.underlying, 1, -1),
    fc.tuple(leg(linear, size), leg(linear, short)).map((legs) => [...legs]),
    fc.tuple(leg(options, short), leg(linear), leg(spots, size)).map((legs) => [...legs]),
    fc.tuple(leg(options, size), leg(linear), leg(far, short)).map((legs) => [...legs]),
  ];
  return fc
    .array(fc.oneof(...kinds), { minLength: 1, maxLength: 3 })
    .map((parts) => {
      const sums = new Map<number, bigint>();
      for (const { id, quantity } of parts.flat().map(position)) sums.set(id, (sums.get(id) ?? 0n) + quantity);
      const spot = new Set(spots.map(({ id }) => id));
      return [...sums]
        .map(([id, quantity]) => ({ id, quantity: (spot.has(id) && quantity < 0n ? -quantity : quantity) as Quantity }))
        .filter(({ quantity }) => quantity !== 0n);
    })
    .filter((positions) => positions.length > 0);
}
