import { refusal } from "./binary.ts";
import { type Kernel, openKernel } from "./instance.ts";
import { KEY } from "./key.ts";
import type { KeyPart, PointPart, SumName } from "./split.ts";
import { WITNESS } from "./witness.ts";

/** The coefficients of A w, B w and their product on one block, after its inverse transform. */
export interface BlockCoefficients {
  readonly block: number;
  /** a, b, c, one after the other. */
  readonly values: Uint8Array<ArrayBuffer>;
}

/** What every thread's five partial sums add up to before the end of a proof. Opaque bytes of the kernel. */
export type Sums = { readonly [sum in SumName | "h"]: Uint8Array<ArrayBuffer> };

/** One thread's share of a key in an instance of its own, whose memory goes when it is forgotten. */
export interface LoadedPart {
  /** Takes a witness and transforms the rows. @throws TacitError `BAD_WITNESS` */
  rows(witness: Uint8Array): BlockCoefficients[];
  sum(name: SumName): Uint8Array<ArrayBuffer>;
  /** The sum over the quotient, of all threads' blocks in order. */
  quotient(blocks: readonly BlockCoefficients[]): Uint8Array<ArrayBuffer>;
  /** Adds up the threads' sums. @returns coordinates of a (2), b (4), c (2), 32 bytes each. */
  assemble(sums: readonly Sums[], r: Uint8Array, s: Uint8Array): Uint8Array<ArrayBuffer>;
}

interface ResidentPoints {
  readonly points: number;
  readonly index: number;
  readonly count: number;
}

/** @throws TacitError `BAD_KEY` for a point off its curve or a coefficient out of range */
export function loadPart(module: WebAssembly.Module, part: KeyPart): LoadedPart {
  const kernel = openKernel(module);
  const { size } = kernel;
  const { log, depth, wires } = part;
  const rows = 2 ** log;
  const readG1 = (words: Uint32Array, what: string) => takePoints(kernel, "g1", words, what);
  const readG2 = (words: Uint32Array, what: string) => takePoints(kernel, "g2", words, what);
  const resident = ({ points, index }: PointPart, read: typeof readG1, what: string): ResidentPoints => ({
    points: read(points, what),
    index: kernel.put(index),
    count: index.length,
  });

  const sums: { [sum in SumName]: ResidentPoints } = {
    a: resident(part.sums.a, readG1, "A"),
    b1: resident(part.sums.b1, readG1, "B1"),
    b2: resident(part.sums.b2, readG2, "B2"),
    c: resident(part.sums.c, readG1, "C"),
  };
  const ends = kernel.take(size.ends);
  readPoints(kernel, "g1", part.ends.g1, "its header", ends);
  readPoints(kernel, "g2", part.ends.g2, "its header", ends + 3 * size.g1);
  const natural = kernel.put(Uint32Array.from({ length: rows }, (_, i) => i));
  const blocks = part.blocks.map(({ block, h, terms }) => ({
    block,
    h: readG1(h, "H"),
    ...buildRows(kernel, terms, log, depth),
  }));
  const roots = kernel.take(size.fr * 2 ** (log + depth));
  kernel.fft_roots(roots, log + depth);
  const words = kernel.take(wires * 32);
  const montgomery = kernel.take(wires * size.fr);
  const scratch = kernel.mark();
  const block3 = 3 * rows * size.fr;
  const thirds = (start: number): [number, number, number] => [
    start,
    start + rows * size.fr,
    start + 2 * rows * size.fr,
  ];

  return {
    rows(witness) {
      kernel.release(scratch);
      kernel.write(words, witness);
      const bad = kernel.witness_read(montgomery, words, wires);
      if (bad !== 0) throw refusal(WITNESS, `has a value outside the field: number ${bad - 1}`);
      const start = kernel.take(block3);
      const [a, b, c] = thirds(start);
      return blocks.map(({ block, starts, terms, dictionary }) => {
        kernel.rows_evaluate(a, b, c, log, depth, starts, terms, dictionary, montgomery);
        for (const values of [a, b, c]) kernel.fft_inverse(values, log, block, roots);
        return { block, values: kernel.read(start, block3) };
      });
    },
    sum(name) {
      kernel.release(scratch);
      const { points, index, count } = sums[name];
      const [bytes, multiply] = name === "b2" ? [size.g2Sum, kernel.g2_msm] : [size.g1Sum, kernel.g1_msm];
      const out = kernel.take(bytes);
      multiply(out, points, index, count, words);
      return kernel.read(out, bytes);
    },
    quotient(coefficients) {
      kernel.release(scratch);
      const total = kernel.take(size.g1Sum);
      const own = kernel.take(size.g1Sum);
      const all = kernel.take(rows * size.fr * 2 ** depth);
      const [a, b, c] = thirds(kernel.take(block3));
      const scalars = kernel.take(rows * 32);
      const ordered = coefficients.toSorted((x, y) => x.block - y.block);
      for (const [i, { block, h }] of blocks.entries()) {
        for (const [third, out] of [a, b, c].entries()) {
          const bytes = rows * size.fr;
          for (const [at, { values }] of ordered.entries()) {
            kernel.write(all + at * bytes, values.subarray(third * bytes, (third + 1) * bytes));
          }
          kernel.fft_mix(out, all, log, depth, block);
          kernel.fft_coset(out, log, depth, block, roots);
        }
        kernel.join(scalars, a, b, c, rows);
        kernel.g1_msm(own, h, natural, rows, scalars);
        if (i === 0) kernel.write(total, kernel.read(own, size.g1Sum));
        else kernel.g1_add(total, total, own);
      }
      // With no block, what memory happened to hold must not count: all zero bytes are infinity.
      return blocks.length === 0 ? new Uint8Array(size.g1Sum) : kernel.read(total, size.g1Sum);
    },
    assemble(parts, r, s) {
      kernel.release(scratch);
      const addUp = (name: keyof Sums): number => {
        const add = name === "b2" ? kernel.g2_add : kernel.g1_add;
        const [first, ...others] = parts.map((sum) => kernel.put(sum[name]));
        if (first === undefined) throw new RangeError("no sums to assemble");
        for (const other of others) add(first, first, other);
        return first;
      };
      const out = kernel.take(8 * 32);
      kernel.assemble(
        out,
        ends,
        addUp("a"),
        addUp("b1"),
        addUp("b2"),
        addUp("c"),
        addUp("h"),
        kernel.put(r),
        kernel.put(s),
      );
      return kernel.read(out, 8 * 32);
    },
  };
}

function takePoints(kernel: Kernel, group: "g1" | "g2", words: Uint32Array, what: string): number {
  const points = kernel.take((words.length / (group === "g1" ? 16 : 32)) * kernel.size[group]);
  readPoints(kernel, group, words, what, points);
  return points;
}

/** Converts through a small buffer, so that the file's form and ours are never both in the instance's memory. */
function readPoints(kernel: Kernel, group: "g1" | "g2", words: Uint32Array, what: string, points: number): void {
  const width = group === "g1" ? 16 : 32;
  const read = group === "g1" ? kernel.g1_read : kernel.g2_read;
  const chunk = 4096;
  const count = words.length / width;
  const mark = kernel.mark();
  const buffer = kernel.take(chunk * width * 4);
  for (let at = 0; at < count; at += chunk) {
    const some = words.subarray(at * width, Math.min(count, at + chunk) * width);
    kernel.write(buffer, some);
    const bad = read(points + at * kernel.size[group], buffer, some.length / width);
    if (bad !== 0) throw refusal(KEY, `has a point of ${what} that is not on the curve`);
  }
  kernel.release(mark);
}

function buildRows(kernel: Kernel, words: Uint32Array, log: number, depth: number) {
  const count = (words.length * 4) / kernel.size.keyTerm;
  const starts = kernel.take((2 ** (log + 1) + 1) * 4);
  const terms = kernel.take(count * kernel.size.term);
  // The dictionary's size is known only after a first look at the terms, which must then go to make room for it.
  const mark = kernel.mark();
  const raw = kernel.put(words);
  if (kernel.terms_check(raw, count) !== 0) throw refusal(KEY, "has a coefficient outside the field");
  const distinct = kernel.rows_distinct(raw, count);
  kernel.release(mark);
  const dictionary = kernel.take(distinct * kernel.size.fr);
  const above = kernel.mark();
  kernel.rows_build(kernel.put(words), count, log, depth, starts, terms, dictionary);
  kernel.release(above);
  return { starts, terms, dictionary };
}
