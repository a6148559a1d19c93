import fc from "fast-check";
import { buildBn128 } from "ffjavascript";
import { groth16, type MemoryFile, zKey } from "snarkjs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { BASE_FIELD, readWord, SCALAR_FIELD, word } from "../../prover/kernel/binary.ts";
import {
  ENDS,
  HEADER_BYTES,
  INFINITE_FLAG,
  isCompact,
  ODD_FLAG,
  packPoint,
} from "../../prover/kernel/compact/format.ts";
import { fileSource, streamSource } from "../../prover/kernel/compact/source.ts";
import type { Kernel } from "../../prover/kernel/instance.ts";
import { openPool, type Pool } from "../../prover/kernel/pool.ts";
import { snarkjsProof } from "../../prover/kernel/proof.ts";
import { loadCompactKey, loadKey } from "../../prover/kernel/prove.ts";
import { openThread } from "../../prover/kernel/threads-node.ts";
import { sha256 } from "../../prover/prove/store.ts";
import { compactKey } from "../../prover/setup/compact.ts";
import { expandKey } from "../../prover/setup/expand.ts";
import { type Multiplier, openMultiplier } from "../../prover/setup/pool.ts";
import { concatenate, noContributions, zkeyFile } from "../../prover/setup/zkey.ts";
import { realWitness } from "../../scripts/kernel/inputs.ts";
import { BUILDS, compileBuild, openBuild, randomNumbers, words } from "./kernels.ts";
import { type Sample, sampleKey } from "./sample.ts";

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
const random = randomNumbers(0xda3e39cb94b95bdbn);

let sample: Sample;
let multiplier: Multiplier;
let modules: Map<string, WebAssembly.Module>;
beforeAll(async () => {
  sample = await sampleKey();
  multiplier = await openMultiplier();
  modules = new Map(await Promise.all(BUILDS.map(async (file) => [file, await compileBuild(file)] as const)));
});
afterAll(async () => {
  await multiplier[Symbol.asyncDispose]();
  await (await buildBn128()).terminate();
});

const moduleOf = (file: string): WebAssembly.Module => modules.get(file) as WebAssembly.Module;
const anyModule = (): WebAssembly.Module => moduleOf(BUILDS[1]);

describe("a compact key", () => {
  it("is a third of a margin circuit's .zkey and comes back as it, byte for byte", async () => {
    const { zkey } = await realWitness("margin_4");
    const before = sha256(zkey);
    const compact = compactKey(zkey);
    expect(sha256(zkey)).toBe(before);
    expect(compact.length / zkey.length).toBeLessThan(1 / 3);
    expect(isCompact(compact)).toBe(true);
    expect(sha256(expandKey(anyModule(), compact))).toBe(before);
  });

  it.each(BUILDS)("comes back as it with %s", (file) => {
    expect(same(expandKey(moduleOf(file), compactKey(sample.zkey)), sample.zkey)).toBe(true);
  });

  it("keeps what was contributed", async () => {
    const out: MemoryFile = { type: "mem" };
    await zKey.contribute({ type: "mem", data: sample.zkey }, out, "somebody", "some entropy");
    const contributed = out.data ?? new Uint8Array();
    expect(contributed.length).toBeGreaterThan(sample.zkey.length);
    expect(same(expandKey(anyModule(), compactKey(contributed)), contributed)).toBe(true);
  });

  it("is the same bytes every time", () => {
    expect(same(compactKey(sample.zkey), compactKey(sample.zkey))).toBe(true);
  });

  it.each([1, 2, 3, 4])("gives %i threads the proof that the .zkey gives, of the same randomness", async (threads) => {
    for (const file of BUILDS) {
      const pool = await openPool(moduleOf(file), Array.from({ length: threads }, openThread));
      try {
        const [one, two] = [await loadKey(pool, sample.zkey), await loadKey(pool, compactKey(sample.zkey))];
        const spy = vi.spyOn(crypto, "getRandomValues").mockImplementation((array) => {
          if (array instanceof Uint8Array) array.fill(77);
          return array;
        });
        try {
          const [a, b] = [await one.prove(sample.witness), await two.prove(sample.witness)];
          expect(b.points).toEqual(a.points);
          expect(b.publicSignals).toEqual(a.publicSignals);
          const { points, publicSignals } = b;
          const accepted = groth16.verify(sample.verificationKey, publicSignals.map(String), snarkjsProof(points));
          expect(await accepted).toBe(true);
        } finally {
          spy.mockRestore();
        }
      } finally {
        await pool.close();
      }
    }
  });

  it("is refused for a .zkey whose terms stand in another order", () => {
    const zkey = new Uint8Array(sample.zkey);
    const at = sectionOf(zkey, 4) + 4;
    // The first two rows' numbers change places.
    const view = new DataView(zkey.buffer);
    const last = at + 44 * (view.getUint32(at - 4, true) - 1);
    const row = view.getUint32(last + 4, true);
    view.setUint32(last + 4, view.getUint32(at + 4, true), true);
    view.setUint32(at + 4, row, true);
    expect(() => compactKey(zkey)).toThrow("in another order");
  });

  it("is refused for a .zkey that has a point of B in one group alone", () => {
    const zkey = new Uint8Array(sample.zkey);
    const at = sectionOf(zkey, 6);
    const wire = Array.from({ length: 20 }, (_, i) => i).find((i) => zkey[at + 64 * i] !== 0) ?? 0;
    zkey.fill(0, at + 64 * wire, at + 64 * (wire + 1));
    expect(() => compactKey(zkey)).toThrow("one of B's points without the other");
  });
});

/** Where a section's content begins, in iden3's container. */
function sectionOf(file: Uint8Array, section: number): number {
  const view = new DataView(file.buffer, file.byteOffset);
  for (let at = 12; at < file.length; at += 12 + Number(view.getBigUint64(at + 4, true))) {
    if (view.getUint32(at, true) === section) return at + 12;
  }
  return Number.NaN;
}

describe("any key", () => {
  it("comes back from its compact form, byte for byte", async () => {
    const many = 40;
    const scalars = words(Array.from({ length: many }, () => random(SCALAR_FIELD)));
    const [g1, g2] = [await multiplier.multiply("g1", scalars), await multiplier.multiply("g2", scalars)];
    const pick = (all: Uint8Array, bytes: number, i: number): Uint8Array => all.subarray(i * bytes, (i + 1) * bytes);
    const opposite = (point: Uint8Array): Uint8Array =>
      concatenate([point.subarray(0, 32), word(BASE_FIELD - readWord(point, 32))]);
    const infinity = [new Uint8Array(64), new Uint8Array(128)] as const;
    const one = (1n << 512n) % SCALAR_FIELD;
    const coefficient = fc.oneof(
      fc.constantFrom(0n, one, SCALAR_FIELD - one, 1n, SCALAR_FIELD - 1n, 5n, SCALAR_FIELD - 5n),
      fc.bigInt({ min: 0n, max: SCALAR_FIELD - 1n }),
    );
    const kind = fc.record({
      a: fc.integer({ min: -1, max: many - 1 }),
      b: fc.constantFrom("none", "own", "as A", "opposite A"),
      own: fc.integer({ min: 0, max: many - 1 }),
      c: fc.integer({ min: -1, max: many - 1 }),
    });
    const arbitraryKey = fc
      .record({ log: fc.integer({ min: 0, max: 5 }), kinds: fc.array(kind, { minLength: 2, maxLength: 600 }) })
      .chain(({ log, kinds }) =>
        fc.record({
          log: fc.constant(log),
          kinds: fc.constant(kinds),
          publicSignals: fc.integer({ min: 0, max: Math.min(5, kinds.length - 1) }),
          h: fc.array(fc.integer({ min: -1, max: many - 1 }), { minLength: 2 ** log, maxLength: 2 ** log }),
          contributions: fc.uint8Array({ maxLength: 200 }),
          order: fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { minLength: 10 }),
          rows: fc.array(
            fc.tuple(
              ...[0, 1].map(() =>
                fc.array(fc.tuple(fc.integer({ min: 0, max: kinds.length - 1 }), coefficient), { maxLength: 6 }),
              ),
            ),
            { maxLength: 2 ** log },
          ),
        }),
      );
    fc.assert(
      fc.property(arbitraryKey, ({ log, kinds, publicSignals, h, contributions, order, rows }) => {
        const point = (i: number): Uint8Array => (i < 0 ? infinity[0] : pick(g1, 64, i));
        const terms = rows.flatMap((row, r) =>
          row.flatMap((part, matrix) =>
            part.map(([wire, value]) =>
              concatenate([new Uint8Array(Uint32Array.of(matrix, r, wire).buffer), word(value)]),
            ),
          ),
        );
        const zkey = zkeyFile({
          wires: kinds.length,
          publicSignals,
          domain: 2 ** log,
          alpha1: pick(g1, 64, 0),
          beta1: pick(g1, 64, 1),
          beta2: pick(g2, 128, 1),
          gamma2: pick(g2, 128, 2),
          delta1: pick(g1, 64, 3),
          delta2: pick(g2, 128, 3),
          coefficients: concatenate([new Uint8Array(Uint32Array.of(terms.length).buffer), ...terms]),
          ic: g1.slice(0, 64 * (publicSignals + 1)),
          h: concatenate(h.map(point)),
          c: concatenate(kinds.slice(publicSignals + 1).map(({ c }) => point(c))),
          a: concatenate(kinds.map(({ a }) => point(a))),
          b1: concatenate(
            kinds.map(({ a, b, own }) => {
              if (b === "none") return infinity[0];
              if (b === "own" || a < 0) return point(own);
              return b === "as A" ? point(a) : opposite(point(a));
            }),
          ),
          b2: concatenate(kinds.map(({ b, own }) => (b === "none" ? infinity[1] : pick(g2, 128, own)))),
          contributions: contributions.length === 0 ? noContributions(new Uint8Array(64)) : contributions,
          order,
        });
        expect(same(expandKey(anyModule(), compactKey(zkey)), zkey)).toBe(true);
      }),
      { numRuns: 150, seed: 7 },
    );
  });
});

describe.each(BUILDS)("unpacking points in %s", async (file) => {
  const kernel: Kernel = await openBuild(file);
  const unpack = (group: "g1" | "g2", packed: Uint8Array): { bad: number; points: Uint8Array } => {
    const mark = kernel.mark();
    const bytes = group === "g1" ? 32 : 64;
    const count = packed.length / bytes;
    const [read, store] = group === "g1" ? [kernel.g1_unpack, kernel.g1_store] : [kernel.g2_unpack, kernel.g2_store];
    const out = kernel.take(count * kernel.size[group]);
    const bad = read(out, kernel.put(packed), count);
    const back = kernel.take(2 * packed.length);
    store(back, out, count);
    const points = kernel.read(back, 2 * packed.length);
    kernel.release(mark);
    return { bad, points };
  };

  it.each([["g1", 64] as const, ["g2", 128] as const])(
    "gives the points of %s that were packed",
    async (group, bytes) => {
      // Odd, so that one stands alone where points are taken two at a time.
      const count = 301;
      const points = await multiplier.multiply(group, words(Array.from({ length: count }, () => random(SCALAR_FIELD))));
      for (const i of [0, 7, 150, 300]) points.fill(0, i * bytes, (i + 1) * bytes);
      const packed = concatenate(
        Array.from({ length: count }, (_, i) => packPoint(points.subarray(i * bytes, (i + 1) * bytes))),
      );
      const { bad, points: back } = unpack(group, packed);
      expect(bad).toBe(0);
      expect(same(back, points)).toBe(true);
    },
  );

  /** Points of the twist whose y^2 lies in the base field: roots that the general formula has to set apart. */
  it("finds roots of numbers of the base field in the extension", () => {
    const power = (base: bigint, exponent: bigint): bigint => {
      let result = 1n;
      for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = (b * b) % P) if (e & 1n) result = (result * b) % P;
      return result;
    };
    const P = BASE_FIELD;
    const mod = (value: bigint): bigint => ((value % P) + P) % P;
    const inverse = (value: bigint): bigint => power(value, P - 2n);
    const [b0, b1] = [27n * inverse(82n), -3n * inverse(82n)].map(mod) as [bigint, bigint];
    const montgomery = (value: bigint): Uint8Array => word(mod(value << 256n));
    const plain = (bytes: Uint8Array, at: number): bigint => mod(readWord(bytes, at) * inverse(1n << 256n));
    const signs = new Set<bigint>();
    for (let x1 = 1n; signs.size < 2 || x1 < 40n; x1++) {
      // (x0 + x1 u)^3 + b has no u: 3 x0^2 x1 - x1^3 + b1 = 0
      const square = mod((x1 ** 3n - b1) * inverse(3n * x1));
      const x0 = power(square, (P + 1n) / 4n);
      if (mod(x0 * x0) !== square) continue;
      const right = mod(x0 ** 3n - 3n * x0 * x1 * x1 + b0);
      // Whether its root is a number of the base field, or one times u.
      signs.add(power(right, (P - 1n) / 2n));
      for (const flag of [0, ODD_FLAG]) {
        const packed = concatenate([montgomery(x0), montgomery(x1)]);
        packed[63] = (packed[63] ?? 0) | flag;
        const { bad, points } = unpack("g2", packed);
        expect(bad).toBe(0);
        const [y0, y1] = [plain(points, 64), plain(points, 96)];
        expect([mod(y0 * y0 - y1 * y1), mod(2n * y0 * y1)]).toEqual([right, 0n]);
        expect(same(packPoint(points), packed)).toBe(true);
      }
    }
  });

  it("refuses what is no point: off the curve, beyond the prime, half infinite", async () => {
    const scalars = words([5n, 6n, 7n]);
    for (const [group, bytes] of [["g1", 32] as const, ["g2", 64] as const]) {
      const points = await multiplier.multiply(group, scalars);
      const good = concatenate([0, 1, 2].map((i) => packPoint(points.subarray(2 * bytes * i, 2 * bytes * (i + 1)))));
      const changed = (change: (point: Uint8Array) => void): number => {
        const packed = good.slice();
        change(packed.subarray(bytes, 2 * bytes));
        return unpack(group, packed).bad;
      };
      expect(changed(() => {})).toBe(0);
      expect(changed((point) => point.set(word(BASE_FIELD), bytes - 32))).toBe(2);
      expect(changed((point) => point.set(word(BASE_FIELD), 0))).toBe(2);
      expect(changed((point) => point.fill(0).fill(INFINITE_FLAG, bytes - 1))).toBe(0);
      expect(changed((point) => point.fill(0).fill(INFINITE_FLAG | ODD_FLAG, bytes - 1))).toBe(2);
      expect(
        changed((point) => {
          point[bytes - 1] = (point[bytes - 1] ?? 0) | INFINITE_FLAG;
        }),
      ).toBe(2);
      // About half of all x are no point's.
      const refused = Array.from({ length: 64 }, (_, i) =>
        changed((point) => {
          point[0] = (point[0] ?? 0) ^ (i + 1);
        }),
      ).filter((bad) => bad === 2).length;
      expect(refused).toBeGreaterThan(15);
      expect(refused).toBeLessThan(49);
    }
  });
});

describe("a compact key that arrives", () => {
  let pool: Pool;
  let compact: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    compact = compactKey(sample.zkey);
    pool = await openPool(anyModule(), [openThread(), openThread()]);
  });
  afterAll(() => pool.close());

  /** In pieces of every size, some of them empty. */
  const stream = (file: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> =>
    new ReadableStream({
      start(controller) {
        for (let at = 0; at < file.length; ) {
          const size = Number(random(3000n));
          controller.enqueue(new Uint8Array(file.subarray(at, at + size)));
          at += size;
        }
        controller.close();
      },
    });
  const arrive = (file: Uint8Array, expected: Uint8Array) =>
    loadCompactKey(pool, streamSource(stream(file), { bytes: expected.length, sha256: sha256(expected) }));

  it("proves, however it is cut into pieces", async () => {
    for (let i = 0; i < 5; i++) {
      const key = await arrive(compact, compact);
      const { points, publicSignals } = await key.prove(sample.witness);
      expect(await groth16.verify(sample.verificationKey, publicSignals.map(String), snarkjsProof(points))).toBe(true);
      await key.forget();
    }
  });

  it("is refused when it is another than the expected one, though it can be read", async () => {
    const other = compact.slice();
    // The first point of ic, which proving does not take.
    const at = HEADER_BYTES + ENDS.bytes;
    other[at] = (other[at] ?? 0) ^ 1;
    await expect(loadCompactKey(pool, fileSource(other))).resolves.toBeDefined();
    await expect(arrive(other, compact)).rejects.toMatchObject({ code: "BAD_KEY", message: /SHA-256/ });
  });

  it("is refused when it ends early or goes on", async () => {
    for (let i = 0; i < 20; i++) {
      const cut = compact.subarray(0, Number(random(BigInt(compact.length))));
      await expect(arrive(cut, compact)).rejects.toMatchObject({ code: "BAD_KEY" });
    }
    await expect(arrive(concatenate([compact, Uint8Array.of(0)]), compact)).rejects.toMatchObject({ code: "BAD_KEY" });
  });

  it("leaves the threads as they were when it breaks off", async () => {
    const failing = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        controller.error(new Error("the connection broke"));
      },
    });
    const source = streamSource(failing, { bytes: compact.length, sha256: sha256(compact) });
    await expect(loadCompactKey(pool, source)).rejects.toThrow("the connection broke");
    const key = await arrive(compact, compact);
    await expect(key.prove(sample.witness)).resolves.toBeDefined();
  });
});
