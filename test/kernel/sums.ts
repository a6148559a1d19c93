import { afterAll, beforeAll, expect, it } from "vitest";
import { SCALAR_FIELD as R } from "../../prover/kernel/binary.ts";
import { type Multiplier, openMultiplier } from "../../prover/setup/pool.ts";
import { type ReferenceGroup, randomNumbers, reference, words } from "./kernels.ts";

const random = randomNumbers(0x2545f4914f6cdd1dn);

/** The coordinates of a sum of multiples, zeros for infinity. Points as a key has them, scalars of 32 bytes. */
export type Summer = (group: "g1" | "g2", points: Uint8Array, scalars: Uint8Array) => Promise<bigint[]>;

/** Scalars of every kind a witness or an attacker brings, and points that meet themselves and their opposites. */
const SCALARS: Record<string, (i: number) => bigint> = {
  random: () => random(R),
  "mostly bits": (i) => (i % 10 === 0 ? random(R) : BigInt(i % 2)),
  "all zero": () => 0n,
  "all one": () => 1n,
  "all r - 1": () => R - 1n,
  "all equal": () => 0x1234567890abcdef1234567890abcdef1234567890abcdefn,
  "around r / 2": (i) => (R - 1n) / 2n + BigInt(i % 5) - 2n,
  "small, of both signs": (i) => (i % 2 === 0 ? random(1n << 40n) : R - random(1n << 40n)),
  "powers of two and their neighbours": (i) => ((1n << BigInt(i % 254)) + BigInt(i % 3) - 1n + R) % R,
  "all bits set": (i) => (1n << BigInt(1 + (i % 253))) - 1n,
};
const POINTS: Record<string, (group: ReferenceGroup, own: Uint8Array, i: number, first: Uint8Array) => Uint8Array> = {
  distinct: (_, own) => own,
  "all equal": (_, __, ___, first) => first,
  "equal and opposite": (group, _, i, first) => (i % 2 === 0 ? first : group.neg(first)),
  "with infinity among them": (group, own, i) => (i % 3 === 0 ? group.zeroAffine : own),
  "all infinity": (group) => group.zeroAffine,
};

/** Random points of both groups for the tests of a file. */
export function usePoints(count: number): (name: "g1" | "g2", i: number) => Uint8Array {
  let multiplier: Multiplier | undefined;
  const points: Record<string, Uint8Array> = {};
  beforeAll(async () => {
    multiplier = await openMultiplier();
    const scalars = words(Array.from({ length: count }, () => random(R)));
    points.g1 = await multiplier.multiply("g1", scalars);
    points.g2 = await multiplier.multiply("g2", scalars.subarray(0, Math.min(count, 1 << 15) * 32));
  });
  afterAll(() => multiplier?.[Symbol.asyncDispose]());
  return (name, i) => {
    const all = points[name] ?? new Uint8Array();
    const bytes = name === "g1" ? 64 : 128;
    const at = (i * bytes) % all.length;
    return all.subarray(at, at + bytes);
  };
}

/** Compares a kernel's sums with ffjavascript's. */
export function itSumsAsTheReference(
  summer: Summer,
  point: (name: "g1" | "g2", i: number) => Uint8Array,
  sizes: readonly number[],
): void {
  let curve: Awaited<ReturnType<typeof reference>>;
  beforeAll(async () => {
    curve = await reference();
  });
  async function compare(name: "g1" | "g2", chosen: Uint8Array[], scalars: Uint8Array): Promise<void> {
    const group = name === "g1" ? curve.G1 : curve.G2;
    const raw = Buffer.concat(chosen);
    const got = await summer(name, raw, scalars);
    const expected = group.toAffine(await group.multiExpAffine(raw, scalars));
    // The kernel writes infinity as zeros, ffjavascript as (0, 1).
    const infinity = expected.every((byte) => byte === 0);
    const wanted = infinity ? got.map(() => 0n) : group.toObject(expected).flat().slice(0, got.length);
    expect(got).toEqual(wanted);
  }

  it.each(sizes.flatMap((size) => (["g1", "g2"] as const).map((name) => [size, name] as const)))(
    "is the reference's, for %i random points of %s",
    async (size, name) => {
      const chosen = Array.from({ length: size }, (_, i) => point(name, i));
      await compare(name, chosen, words(chosen.map(() => random(R))));
    },
    600_000,
  );

  it.each(Object.keys(SCALARS).flatMap((scalars) => (["g1", "g2"] as const).map((name) => [scalars, name] as const)))(
    "is the reference's, for scalars that are %s, in %s",
    async (scalars, name) => {
      for (const size of [1, 2, 7, 300]) {
        const chosen = Array.from({ length: size }, (_, i) => point(name, i));
        await compare(name, chosen, words(chosen.map((_, i) => SCALARS[scalars]?.(i) ?? 0n)));
      }
    },
  );

  it.each(Object.keys(POINTS).flatMap((kind) => (["g1", "g2"] as const).map((name) => [kind, name] as const)))(
    "is the reference's, for points that are %s, in %s",
    async (kind, name) => {
      const group = name === "g1" ? curve.G1 : curve.G2;
      for (const size of [1, 2, 64, 300]) {
        const chosen = Array.from(
          { length: size },
          (_, i) => POINTS[kind]?.(group, point(name, i), i, point(name, 0)) ?? point(name, i),
        );
        await compare(name, chosen, words(chosen.map(() => random(R))));
        await compare(name, chosen, words(chosen.map(() => 1n)));
        await compare(name, chosen, words(chosen.map(() => 77n)));
      }
    },
  );
}
