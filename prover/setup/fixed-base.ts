import type { Curve } from "./curve.ts";

export type Group = "g1" | "g2";

/** Bytes of an affine point. */
export const POINT_BYTES = { g1: 64, g2: 128 } as const;

const WINDOW = 16;
const WINDOWS = 16;
const HALF = 2 ** (WINDOW - 1);
const BATCH = 2_048;

/**
 * Multiples of one group's generator by many scalars: a table of `d * 2^(16 w) * G` for d = 1..2^15 and w = 0..15, and
 * affine additions in batches that share one inversion. Signed digits halve the table.
 *
 * Affine addition fails for equal and for opposite points. As integers they never are: before window w the partial sum
 * is at most 0.50001 * 2^(16 w) in absolute value and the table's entry at least 2^(16 w). Modulo the group's order r
 * they are for exactly one scalar, 2 * 0x3064 * 2^240 - r; that a key's scalar, which depends on hashes, is this one has
 * a probability of 2^-254.
 */
export interface FixedBase {
  /** @param scalars 32 bytes each, little-endian, plain form. @returns affine points, Montgomery form; zero is all zeros. */
  multiply(scalars: Uint8Array): Uint8Array;
}

export function fixedBase(wasm: Curve, group: Group): FixedBase {
  const size = POINT_BYTES[group];
  const half = size / 2;
  const prefix = group === "g1" ? "f1m" : "f2m";
  const [add, sub, mul, square] = ["add", "sub", "mul", "square"].map((op) => wasm.call(`${prefix}_${op}`)) as [
    Op,
    Op,
    Op,
    Op,
  ];
  const invert = wasm.call(`${prefix}_batchInverse`);
  const batch = {
    differences: wasm.alloc(BATCH * half),
    inverses: wasm.alloc(BATCH * half),
    left: new Uint32Array(BATCH),
    right: new Uint32Array(BATCH),
    out: new Uint32Array(BATCH),
    negative: new Uint8Array(BATCH),
    count: 0,
  };
  const slope = wasm.alloc(half);
  const x = wasm.alloc(half);
  const y = wasm.alloc(half);

  /** out = left + right (or left - right) for every pair of the batch; left and right differ in x. */
  function addBatch(): void {
    const { count, differences, inverses, left, right, out, negative } = batch;
    for (let i = 0; i < count; i++) sub(right[i] as number, left[i] as number, differences + i * half);
    if (count > 0) invert(differences, half, count, inverses, half);
    for (let i = 0; i < count; i++) {
      const p = left[i] as number;
      const q = right[i] as number;
      const to = out[i] as number;
      // For p - q the slope is -(y_q + y_p)/(x_q - x_p): it is kept without its sign, which the square does not see.
      const minus = negative[i] === 1;
      (minus ? add : sub)(q + half, p + half, y);
      mul(y, inverses + i * half, slope);
      square(slope, x);
      sub(x, p, x);
      sub(x, q, x);
      if (minus) sub(x, p, y);
      else sub(p, x, y);
      mul(slope, y, y);
      sub(y, p + half, to + half);
      wasmCopy(to, x);
    }
    batch.count = 0;
  }

  function push(p: number, q: number, out: number, minus: boolean): void {
    batch.left[batch.count] = p;
    batch.right[batch.count] = q;
    batch.out[batch.count] = out;
    batch.negative[batch.count] = minus ? 1 : 0;
    batch.count += 1;
    if (batch.count === BATCH) addBatch();
  }

  const copyCoordinate = wasm.call(`${prefix}_copy`);
  const wasmCopy = (to: number, from: number): number => copyCoordinate(from, to);
  const negate = wasm.call(`${prefix}_neg`);
  const doubled = wasm.alloc(3 * half);
  const doubleAffine = wasm.call(`${group}m_doubleAffine`);
  const toAffine = wasm.call(`${group}m_toAffine`);
  const double = (from: number, to: number): void => {
    doubleAffine(from, doubled);
    toAffine(doubled, to);
  };

  const table = wasm.alloc(WINDOWS * HALF * size);
  const entry = (window: number, digit: number): number => table + (window * HALF + digit - 1) * size;
  wasm.bytes().set(wasm.generators[group], entry(0, 1));
  for (let window = 0; window < WINDOWS; window++) {
    for (let have = 1; have < HALF; have *= 2) {
      for (let j = 1; j < have; j++) push(entry(window, have), entry(window, j), entry(window, have + j), false);
      addBatch();
      double(entry(window, have), entry(window, 2 * have));
    }
    if (window + 1 < WINDOWS) double(entry(window, HALF), entry(window + 1, 1));
  }

  const sums = wasm.alloc(BATCH * size);
  const digits = new Int32Array(BATCH * WINDOWS);
  const empty = new Uint8Array(BATCH);

  function multiplyBatch(scalars: DataView, first: number, count: number): void {
    for (let i = 0; i < count; i++) {
      let carry = 0;
      for (let w = 0; w < WINDOWS; w++) {
        let digit = scalars.getUint16((first + i) * 32 + 2 * w, true) + carry;
        carry = digit > HALF ? 1 : 0;
        digit -= carry * 2 * HALF;
        digits[i * WINDOWS + w] = digit;
      }
    }
    wasm.bytes().fill(0, sums, sums + count * size);
    empty.fill(1);
    for (let w = 0; w < WINDOWS; w++) {
      for (let i = 0; i < count; i++) {
        const digit = digits[i * WINDOWS + w] as number;
        if (digit === 0) continue;
        const sum = sums + i * size;
        const from = entry(w, Math.abs(digit));
        if (empty[i] === 0) {
          push(sum, from, sum, digit < 0);
          continue;
        }
        empty[i] = 0;
        copyCoordinate(from, sum);
        (digit < 0 ? negate : copyCoordinate)(from + half, sum + half);
      }
      addBatch();
    }
  }

  return {
    multiply(scalars) {
      const count = scalars.length / 32;
      const view = new DataView(scalars.buffer, scalars.byteOffset, scalars.byteLength);
      const points = new Uint8Array(count * size);
      for (let first = 0; first < count; first += BATCH) {
        const part = Math.min(BATCH, count - first);
        multiplyBatch(view, first, part);
        points.set(wasm.bytes().subarray(sums, sums + part * size), first * size);
      }
      return points;
    },
  };
}

type Op = (a: number, b: number, out?: number) => number;
