import { describe, expect, it } from "vitest";
import { BASE_FIELD as P } from "../../prover/kernel/binary.ts";
import { BUILDS, numbers, openBuild, randomNumbers, words } from "./kernels.ts";
import { PATHS, theAddon } from "./native.ts";

const random = randomNumbers(0x9e3779b97f4a7c15n);
const EDGES = [
  0n,
  1n,
  2n,
  P - 1n,
  P - 2n,
  (P - 1n) / 2n,
  (P + 1n) / 2n,
  (1n << 51n) - 1n,
  1n << 253n,
  (1n << 203n) + 1n,
];
const VALUES = [...EDGES, ...Array.from({ length: 40 }, () => random(P))];

/** `times` times what points.h calls `which`, on a. */
type Repeat = (a: bigint, b: bigint, which: number, times?: number) => bigint;

function itCalculates(repeat: Repeat): void {
  it("multiplies as integers modulo the prime do", () => {
    for (const a of VALUES) {
      for (const b of VALUES) {
        for (const which of [0, 4]) expect(repeat(a, b, which)).toBe((a * b) % P);
      }
    }
  });

  it("takes away twice", () => {
    for (const a of VALUES) for (const b of VALUES) expect(repeat(a, b, 5)).toBe((a + 2n * (P - b)) % P);
  });

  it("squares", () => {
    for (const a of VALUES) for (const which of [1, 3]) expect(repeat(a, 0n, which)).toBe((a * a) % P);
  });

  it("inverts, and takes zero to zero", () => {
    for (const a of VALUES) expect((repeat(a, 0n, 2) * a) % P).toBe(a === 0n ? 0n : 1n);
    expect(repeat(0n, 0n, 2)).toBe(0n);
  });

  it("keeps exact over a long chain of products of unreduced values", () => {
    let expected = P - 1n;
    for (let i = 0; i < 1000; i++) expected = (expected * (P - 2n)) % P;
    for (const which of [0, 4]) expect(repeat(P - 1n, P - 2n, which, 1000)).toBe(expected);
    for (const start of VALUES) {
      let square = start;
      for (let i = 0; i < 300; i++) square = (square * square) % P;
      for (const which of [1, 3]) expect(repeat(start, 0n, which, 300)).toBe(square);
    }
  });
}

describe.each(BUILDS)("the base field of %s", async (file) => {
  const kernel = await openBuild(file);
  const [x, y] = [kernel.take(32), kernel.take(32)];
  itCalculates((a, b, which, times = 1) => {
    kernel.write(x, words([a]));
    kernel.write(y, words([b]));
    kernel.field_repeat(x, y, which, times);
    return numbers(kernel.read(x, 32))[0] ?? -1n;
  });
});

describe.each(PATHS)("the base field of the native %s path", (path) => {
  const engine = theAddon().open(1, path);
  itCalculates((a, b, which, times = 1) => {
    const value = words([a]);
    theAddon().field(engine, value, words([b]), which, times);
    return numbers(value)[0] ?? -1n;
  });
});
