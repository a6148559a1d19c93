import { refusal } from "./binary.ts";
import { KEY, type ProvingKey, TERM_BYTES } from "./key.ts";

/** Points of one sum that a thread keeps, and which scalar each takes. */
export interface PointPart {
  readonly points: Uint32Array<ArrayBuffer>;
  readonly index: Uint32Array<ArrayBuffer>;
}

/** A block of the domain: its points for the quotient, in bit-reversed order, and the terms of its rows. */
export interface BlockPart {
  readonly block: number;
  readonly h: Uint32Array<ArrayBuffer>;
  readonly terms: Uint32Array<ArrayBuffer>;
}

/** What one thread keeps of a key. */
export interface KeyPart {
  readonly wires: number;
  /** log2 of the number of rows in a block, and of the number of blocks. */
  readonly log: number;
  readonly depth: number;
  readonly blocks: readonly BlockPart[];
  readonly sums: { readonly [sum in SumName]: PointPart };
  /** alpha1, beta1, delta1 and beta2, delta2. */
  readonly ends: { readonly g1: Uint32Array<ArrayBuffer>; readonly g2: Uint32Array<ArrayBuffer> };
}

export const SUM_NAMES = ["b2", "a", "b1", "c"] as const;
/** The sums over the witness, longest first. */
export type SumName = (typeof SUM_NAMES)[number];

/**
 * Divides a key among threads: points round robin, so that everyone gets as many bits and as many field elements; the
 * domain in 2^depth blocks. Points at infinity are left out.
 * @throws TacitError `BAD_KEY` when a term lies outside the matrices
 */
export function splitKey(key: ProvingKey, threads: number): KeyPart[] {
  let depth = 0;
  while (2 ** depth < threads && depth < key.log) depth++;
  const privateFrom = key.publicSignals + 1;
  const sums = {
    a: dealPoints(key.a, 64, 0, threads),
    b1: dealPoints(key.b1, 64, 0, threads),
    b2: dealPoints(key.b2, 128, 0, threads),
    c: dealPoints(key.c, 64, privateFrom, threads),
  };
  const blocks = splitDomain(key, depth);
  const ends = {
    g1: new Uint32Array(concatenate([key.alpha1, key.beta1, key.delta1]).buffer),
    g2: new Uint32Array(concatenate([key.beta2, key.delta2]).buffer),
  };
  return Array.from({ length: threads }, (_, thread) => ({
    wires: key.wires,
    log: key.log - depth,
    depth,
    blocks: blocks.filter(({ block }) => block % threads === thread),
    sums: {
      a: pick(sums.a, thread),
      b1: pick(sums.b1, thread),
      b2: pick(sums.b2, thread),
      c: pick(sums.c, thread),
    },
    ends,
  }));
}

function dealPoints(bytes: Uint8Array, size: number, firstWire: number, threads: number): PointPart[] {
  const words = aligned(bytes);
  const width = size / 4;
  const count = words.length / width;
  const present: number[] = [];
  for (let i = 0; i < count; i++) {
    let any = 0;
    for (let k = i * width; any === 0 && k < (i + 1) * width; k++) any = words[k] as number;
    if (any !== 0) present.push(i);
  }
  return Array.from({ length: threads }, (_, thread) => {
    const mine = present.filter((_, i) => i % threads === thread);
    const points = new Uint32Array(mine.length * width);
    for (const [at, i] of mine.entries()) points.set(words.subarray(i * width, (i + 1) * width), at * width);
    return { points, index: Uint32Array.from(mine, (i) => i + firstWire) };
  });
}

/** A row's block is its lowest bits reversed, because positions are bit-reversed rows. */
function splitDomain(key: ProvingKey, depth: number): BlockPart[] {
  const count = 2 ** depth;
  const words = aligned(key.terms);
  const width = TERM_BYTES / 4;
  const sizes = new Array<number>(count).fill(0);
  for (let at = 0; at < words.length; at += width) {
    const [matrix = 0, row = 0, wire = 0] = [words[at], words[at + 1], words[at + 2]];
    if (matrix > 1 || row >= 2 ** key.log || wire >= key.wires) {
      throw refusal(KEY, `has a coefficient outside its matrices: number ${at / width}`);
    }
    sizes[row & (count - 1)] = (sizes[row & (count - 1)] ?? 0) + 1;
  }
  const terms = sizes.map((size) => new Uint32Array(size * width));
  const next = new Array<number>(count).fill(0);
  for (let at = 0; at < words.length; at += width) {
    const part = (words[at + 1] as number) & (count - 1);
    const to = next[part] as number;
    const out = terms[part] as Uint32Array;
    for (let k = 0; k < width; k++) out[to + k] = words[at + k] as number;
    next[part] = to + width;
  }
  const points = aligned(key.h);
  return terms.map((own, low) => {
    const block = reverseBits(low, depth);
    const size = 2 ** (key.log - depth);
    const h = new Uint32Array(size * 16);
    for (let i = 0; i < size; i++) {
      const row = reverseBits(block * size + i, key.log);
      h.set(points.subarray(row * 16, row * 16 + 16), i * 16);
    }
    return { block, h, terms: own };
  });
}

export function reverseBits(value: number, bits: number): number {
  let reversed = 0;
  for (let i = 0; i < bits; i++) reversed |= ((value >>> i) & 1) << (bits - 1 - i);
  return reversed;
}

function pick<T>(parts: readonly T[], thread: number): T {
  return parts[thread] as T;
}

/** A copy (`slice` of a Buffer is none) whose words can be read: sections begin anywhere in a file. */
function aligned(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
  return new Uint32Array(new Uint8Array(bytes).buffer);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
