import { buildBn128, type Curve as ReferenceCurve } from "ffjavascript";
import { beforeAll, describe, expect, it } from "vitest";
import { type Group, type Multiples, openMultiples, POINT_BYTES } from "../../prover/setup/multiples.ts";
import { BUILDS, openBuild, words } from "../kernel/kernels.ts";

const ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** Both ends of windows of 13 and of 16 bits, and of the field. */
const EDGES = [
  ...[1n, 2n, 3n, ORDER - 1n, ORDER - 2n, (ORDER - 1n) / 2n, (ORDER + 1n) / 2n],
  ...[13, 16]
    .flatMap((c) => Array.from({ length: 15 }, (_, w) => 1n << BigInt(c * w + c - 1)))
    .flatMap((v) => [v - 1n, v, v + 1n, 2n * v - 1n, 2n * v]),
  ...Array.from({ length: 40 }, (_, i) => (7n ** BigInt(90 + i) * 31n) % ORDER),
];

const CASES = BUILDS.flatMap((file) => (["g1", "g2"] as Group[]).map((group) => [group, file] as const));

describe.each(CASES)("multiples of the generator of %s by %s", (group, file) => {
  let multiples: Multiples;
  let reference: ReferenceCurve;
  const size = POINT_BYTES[group];

  beforeAll(async () => {
    multiples = openMultiples(await openBuild(file), group);
    reference = await buildBn128(true);
  });

  const multiply = (scalars: readonly bigint[]): Uint8Array => multiples.multiply(words(scalars));

  it("are the reference's at the edges of every window and of the field, all in one batch", () => {
    const G = group === "g1" ? reference.G1 : reference.G2;
    const points = multiply(EDGES);
    EDGES.forEach((scalar, i) => {
      const point = points.slice(i * size, (i + 1) * size);
      expect(G.eq(point, G.timesScalar(G.g, scalar)), `scalar ${scalar}`).toBe(true);
    });
  });

  it("are zeros for the scalar 0, also between others", () => {
    const points = multiply([5n, 0n, 5n]);
    expect(points.slice(size, 2 * size).every((byte) => byte === 0)).toBe(true);
    expect(points.slice(2 * size)).toEqual(points.slice(0, size));
  });

  it("do not depend on where a batch ends", () => {
    const one = multiply([12_345n]);
    const many = multiply(Array.from({ length: 4_097 }, () => 12_345n));
    expect(many.slice(-size)).toEqual(one);
  });
});
