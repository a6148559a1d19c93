import { refusal } from "../binary.ts";
import { type Kernel, openKernel } from "../instance.ts";
import { KEY } from "../key.ts";
import { readEnds } from "../load.ts";
import { type LoadedPart, openPart, type ResidentBlock } from "../part.ts";
import { type KeyPart, reverseBits } from "../split.ts";
import {
  B_AS_A,
  B_MASK,
  B_OWN,
  B_SHIFT,
  countPoints,
  G1_BYTES,
  G2_BYTES,
  HAS_A,
  HAS_C,
  PAGE_WIRES,
  pageCount,
  pageOf,
} from "./format.ts";
import { readTerms, type Terms, termsOf } from "./terms.ts";

/** What a thread must know of a compact key before its first points come. */
export interface Outline {
  readonly wires: number;
  /** log2 of the number of rows in a block, and of the number of blocks. */
  readonly log: number;
  readonly depth: number;
  /** The blocks that this thread has, in order. */
  readonly blocks: readonly number[];
  /** Which of how many threads it is: page i is thread i's, modulo their number. */
  readonly thread: number;
  readonly threads: number;
  readonly kinds: Uint8Array<ArrayBuffer>;
  readonly ends: KeyPart["ends"];
}

/** One part of a compact key on its way to a thread. */
export type Piece =
  | { readonly is: "outline"; readonly outline: Outline }
  /** The points of the wires of a page. */
  | { readonly is: "page"; readonly page: number; readonly points: Uint8Array<ArrayBuffer> }
  /** The quotient's points of a block, from its `at`th on. */
  | { readonly is: "h"; readonly block: number; readonly at: number; readonly points: Uint8Array<ArrayBuffer> }
  | {
      readonly is: "terms";
      readonly count: number;
      readonly dictionary: Uint8Array<ArrayBuffer>;
      readonly rows: Uint8Array<ArrayBuffer>;
    };

/** Most points of a piece of `h`. */
export const H_POINTS = 1024;

/** Takes a key piece by piece; the terms come last, and make it whole. */
export interface Unpacking {
  /** @returns the part once it is whole. @throws TacitError `BAD_KEY` */
  take(piece: Exclude<Piece, { is: "outline" }>): LoadedPart | undefined;
}

/** Begins a thread's share of a compact key in an instance of its own. @throws TacitError `BAD_KEY` */
export function unpackPart(module: WebAssembly.Module, outline: Outline): Unpacking {
  const kernel = openKernel(module);
  const { size } = kernel;
  const { wires, log, depth, kinds, thread, threads } = outline;
  const pages = Array.from({ length: pageCount(wires) }, (_, page) => page).filter((page) => page % threads === thread);
  const counts = pages.map((page) => countPoints(kinds.subarray(...pageOf(page, wires))));
  const room = (count: (of: (typeof counts)[number]) => number, bytes: number) => {
    const points = counts.reduce((sum, of) => sum + count(of), 0);
    return { points: kernel.take(points * bytes), index: kernel.take(points * 4), count: 0 };
  };
  const sums = {
    a: room((of) => of.a, size.g1),
    b1: room((of) => of.b, size.g1),
    b2: room((of) => of.b, size.g2),
    c: room((of) => of.c, size.g1),
  };
  const ends = readEnds(kernel, outline.ends);
  const h = new Map(outline.blocks.map((block) => [block, kernel.take(2 ** log * size.g1)]));
  const buffer = kernel.take(Math.max(PAGE_WIRES * G2_BYTES, H_POINTS * G1_BYTES));

  const read = (group: "g1" | "g2", out: number, points: Uint8Array, what: string): void => {
    if (points.length === 0) return;
    kernel.write(buffer, points);
    const [unpack, bytes] = group === "g1" ? [kernel.g1_unpack, G1_BYTES] : [kernel.g2_unpack, G2_BYTES];
    if (unpack(out, buffer, points.length / bytes) !== 0) {
      throw refusal(KEY, `has a point of ${what} that is not on the curve`);
    }
  };

  function takePage(page: number, points: Uint8Array): void {
    const [from, to] = pageOf(page, wires);
    let at = 0;
    /** Appends points to a sum, for these wires. */
    const append = (sum: keyof typeof sums, own: readonly number[], what: string): void => {
      const [group, bytes] = sum === "b2" ? (["g2", G2_BYTES] as const) : (["g1", G1_BYTES] as const);
      const room = sums[sum];
      read(group, room.points + room.count * size[group], points.subarray(at, at + own.length * bytes), what);
      at += own.length * bytes;
      kernel.write(room.index + room.count * 4, Uint32Array.from(own));
      room.count += own.length;
    };
    const chosen = (test: (kind: number) => boolean): number[] => {
      const found: number[] = [];
      for (let wire = from; wire < to; wire++) if (test(kinds[wire] ?? 0)) found.push(wire);
      return found;
    };
    const second = (kind: number): number => (kind >> B_SHIFT) & B_MASK;
    const withA = chosen((kind) => (kind & HAS_A) !== 0);
    const place = new Map(withA.map((wire, i) => [wire, sums.a.count + i]));
    append("a", withA, "A");
    append(
      "b1",
      chosen((kind) => second(kind) === B_OWN),
      "B1",
    );
    copyFromA(
      chosen((kind) => second(kind) >= B_AS_A),
      place,
    );
    append(
      "b2",
      chosen((kind) => second(kind) !== 0),
      "B2",
    );
    append(
      "c",
      chosen((kind) => (kind & HAS_C) !== 0),
      "C",
    );
  }

  /** B1's points that are A's or their opposites. @param place where each wire's is in A */
  function copyFromA(shared: readonly number[], place: ReadonlyMap<number, number>): void {
    const opposite = (wire: number): number => (((kinds[wire] ?? 0) >> B_SHIFT) & B_MASK) - B_AS_A;
    kernel.write(
      buffer,
      Uint32Array.from(shared, (wire) => 2 * (place.get(wire) ?? 0) + opposite(wire)),
    );
    const { b1, a } = sums;
    kernel.g1_copy(b1.points + b1.count * size.g1, a.points, buffer, shared.length);
    kernel.write(b1.index + b1.count * 4, Uint32Array.from(shared));
    b1.count += shared.length;
  }

  function takeTerms({ count, dictionary, rows }: Extract<Piece, { is: "terms" }>): LoadedPart {
    const entries = dictionary.length / 32;
    const values = kernel.take(2 * (entries + 1) * size.fr);
    readDictionary(kernel, dictionary, values);
    const bounds = { rows: 2 ** (log + depth), wires, coefficients: 2 * (entries + 1), terms: count };
    const all = readTerms(rows, bounds);
    const blocks = outline.blocks.map((block): ResidentBlock => {
      const { starts, terms } = blockRows(all, block, log, depth);
      return { block, h: h.get(block) ?? 0, starts: kernel.put(starts), terms: kernel.put(terms), dictionary: values };
    });
    return openPart(kernel, { wires, log, depth, sums, ends, blocks });
  }

  return {
    take(piece) {
      if (piece.is === "terms") return takeTerms(piece);
      if (piece.is === "page") takePage(piece.page, piece.points);
      else read("g1", (h.get(piece.block) ?? 0) + piece.at * size.g1, piece.points, "H");
      return undefined;
    },
  };
}

/** @throws TacitError `BAD_KEY` */
function readDictionary(kernel: Kernel, dictionary: Uint8Array, out: number): void {
  const mark = kernel.mark();
  const bad = kernel.dictionary_read(out, kernel.put(dictionary), dictionary.length / 32);
  kernel.release(mark);
  if (bad !== 0) throw refusal(KEY, "has a coefficient outside the field");
}

/** The rows of a block as `rows_evaluate` takes them: in bit-reversed order, A's and then B's. */
function blockRows(all: Terms, block: number, log: number, depth: number) {
  const size = 2 ** log;
  const parts = Array.from({ length: 2 * size }, (_, i) => {
    const row = reverseBits(block * size + (i % size), log + depth);
    return termsOf(all, 2 * row + (i < size ? 0 : 1));
  });
  const starts = new Uint32Array(2 * size + 1);
  for (const [i, part] of parts.entries()) starts[i + 1] = (starts[i] ?? 0) + part.length / 2;
  const terms = new Uint32Array(2 * (starts[2 * size] ?? 0));
  for (const [i, part] of parts.entries()) terms.set(part, 2 * (starts[i] ?? 0));
  return { starts, terms };
}
