import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCALAR_FIELD as R } from "../../prover/kernel/binary.ts";
import type { Kernel } from "../../prover/kernel/instance.ts";
import { type Multiplier, openMultiplier } from "../../prover/setup/pool.ts";
import { BUILDS, numbers, openBuild, type ReferenceGroup, randomNumbers, reference, words } from "./kernels.ts";

const LONG = process.env.TACIT_LONG_TESTS === "1";
const SIZES = LONG ? [1, 2, 3, 31, 1024, 4096, 1 << 15, 1 << 17] : [1, 2, 3, 31, 1024, 4096];
const LARGEST = Math.max(...SIZES);
const random = randomNumbers(0x2545f4914f6cdd1dn);

let multiplier: Multiplier;
let curve: Awaited<ReturnType<typeof reference>>;
const points: Record<string, Uint8Array> = {};
beforeAll(async () => {
  multiplier = await openMultiplier();
  curve = await reference();
  const scalars = words(Array.from({ length: LARGEST }, () => random(R)));
  points.g1 = await multiplier.multiply("g1", scalars);
  points.g2 = await multiplier.multiply("g2", scalars.subarray(0, Math.min(LARGEST, 1 << 15) * 32));
});
afterAll(() => multiplier[Symbol.asyncDispose]());

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

async function compare(kernel: Kernel, name: "g1" | "g2", chosen: Uint8Array[], scalars: Uint8Array): Promise<void> {
  const group = name === "g1" ? curve.G1 : curve.G2;
  const [bytes, size, sum] =
    name === "g1" ? [64, kernel.size.g1, kernel.size.g1Sum] : [128, kernel.size.g2, kernel.size.g2Sum];
  const count = chosen.length;
  const raw = new Uint8Array(count * bytes);
  for (const [i, point] of chosen.entries()) raw.set(point, i * bytes);
  const mark = kernel.mark();
  const resident = kernel.take(count * size);
  expect((name === "g1" ? kernel.g1_read : kernel.g2_read)(resident, kernel.put(raw), count)).toBe(0);
  const index = kernel.put(Uint32Array.from({ length: count }, (_, i) => i));
  const [result, out] = [kernel.take(sum), kernel.take(bytes)];
  (name === "g1" ? kernel.g1_msm : kernel.g2_msm)(result, resident, index, count, kernel.put(scalars));
  (name === "g1" ? kernel.g1_write : kernel.g2_write)(out, result);
  const got = numbers(kernel.read(out, bytes));
  kernel.release(mark);
  const expected = group.toAffine(await group.multiExpAffine(raw, scalars));
  // The kernel writes infinity as zeros, ffjavascript as (0, 1).
  const infinity = expected.every((byte) => byte === 0);
  const wanted = infinity ? got.map(() => 0n) : group.toObject(expected).flat().slice(0, got.length);
  expect(got).toEqual(wanted);
}

describe.each(BUILDS)("a sum of multiples in %s", async (file) => {
  const kernel = await openBuild(file);
  const point = (name: "g1" | "g2", i: number): Uint8Array => {
    const all = points[name] ?? new Uint8Array();
    const bytes = name === "g1" ? 64 : 128;
    const at = (i * bytes) % all.length;
    return all.subarray(at, at + bytes);
  };

  it.each(SIZES.flatMap((size) => (["g1", "g2"] as const).map((name) => [size, name] as const)))(
    "is ffjavascript's, for %i random points of %s",
    async (size, name) => {
      const chosen = Array.from({ length: size }, (_, i) => point(name, i));
      await compare(kernel, name, chosen, words(chosen.map(() => random(R))));
    },
    600_000,
  );

  it.each(Object.keys(SCALARS).flatMap((scalars) => (["g1", "g2"] as const).map((name) => [scalars, name] as const)))(
    "is ffjavascript's, for scalars that are %s, in %s",
    async (scalars, name) => {
      for (const size of [1, 2, 7, 300]) {
        const chosen = Array.from({ length: size }, (_, i) => point(name, i));
        await compare(kernel, name, chosen, words(chosen.map((_, i) => SCALARS[scalars]?.(i) ?? 0n)));
      }
    },
  );

  it.each(Object.keys(POINTS).flatMap((kind) => (["g1", "g2"] as const).map((name) => [kind, name] as const)))(
    "is ffjavascript's, for points that are %s, in %s",
    async (kind, name) => {
      const group = name === "g1" ? curve.G1 : curve.G2;
      for (const size of [1, 2, 64, 300]) {
        const chosen = Array.from(
          { length: size },
          (_, i) => POINTS[kind]?.(group, point(name, i), i, point(name, 0)) ?? point(name, i),
        );
        await compare(kernel, name, chosen, words(chosen.map(() => random(R))));
        await compare(kernel, name, chosen, words(chosen.map(() => 1n)));
        await compare(kernel, name, chosen, words(chosen.map(() => 77n)));
      }
    },
  );

  it("of no points is infinity", () => {
    const out = kernel.put(new Uint8Array(64).fill(1));
    const sum = kernel.take(kernel.size.g1Sum);
    kernel.g1_msm(sum, 0, 0, 0, 0);
    kernel.g1_write(out, sum);
    expect(numbers(kernel.read(out, 64))).toEqual([0n, 0n]);
  });
});

describe.each(BUILDS)("reading points in %s", async (file) => {
  const kernel = await openBuild(file);
  const read = (name: "g1" | "g2", bytes: Uint8Array): number =>
    (name === "g1" ? kernel.g1_read : kernel.g2_read)(kernel.take(3 * kernel.size[name]), kernel.put(bytes), 3);

  it.each([["g1", 64] as const, ["g2", 128] as const])("names the first of %s that is off the curve", (name, bytes) => {
    const good = (points[name] ?? new Uint8Array()).slice(0, 3 * bytes);
    expect(read(name, good)).toBe(0);
    for (let bit = 0; bit < bytes * 8; bit += 37) {
      const bad = good.slice();
      bad[bytes + (bit >> 3)] = (bad[bytes + (bit >> 3)] ?? 0) ^ (1 << (bit & 7));
      expect(read(name, bad)).toBe(2);
    }
  });

  it.each([["g1", 64] as const, ["g2", 128] as const])("refuses coordinates of %s beyond the prime", (name, bytes) => {
    const bad = (points[name] ?? new Uint8Array()).slice(0, 3 * bytes);
    bad.fill(255, 2 * bytes, 2 * bytes + 32);
    expect(read(name, bad)).toBe(3);
  });
});
