import { refusal } from "./binary.ts";
import type { Kernel } from "./instance.ts";
import type { SumName } from "./split.ts";
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

/** Points in an instance's memory, and which scalar each takes. */
export interface ResidentPoints {
  readonly points: number;
  /** Address of the scalars' numbers. */
  readonly index: number;
  readonly count: number;
}

/** Addresses of what a block of the domain needs. */
export interface ResidentBlock {
  readonly block: number;
  readonly h: number;
  readonly starts: number;
  readonly terms: number;
  readonly dictionary: number;
}

/** One thread's share of a key in its instance's memory. */
export interface Resident {
  readonly wires: number;
  /** log2 of the number of rows in a block, and of the number of blocks. */
  readonly log: number;
  readonly depth: number;
  readonly sums: { readonly [sum in SumName]: ResidentPoints };
  /** Address of alpha1, beta1, delta1, beta2, delta2. */
  readonly ends: number;
  readonly blocks: readonly ResidentBlock[];
}

/** Whatever else the work takes comes after what is resident. */
export function openPart(kernel: Kernel, resident: Resident): LoadedPart {
  const { size } = kernel;
  const { log, depth, wires, sums, ends, blocks } = resident;
  const rows = 2 ** log;
  const natural = kernel.put(Uint32Array.from({ length: rows }, (_, i) => i));
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
