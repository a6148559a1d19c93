import { readFile } from "node:fs/promises";
import { buildBn128 } from "ffjavascript";
import { readWord, word } from "../../prover/kernel/binary.ts";
import { FMA_FILE, type Kernel, openKernel, PORTABLE_FILE } from "../../prover/kernel/instance.ts";

export const BUILDS = [PORTABLE_FILE, FMA_FILE] as const;

export async function compileBuild(file: string): Promise<WebAssembly.Module> {
  const bytes = await readFile(new URL(`../../prover/kernel/${file}`, import.meta.url));
  return WebAssembly.compile(bytes as Buffer<ArrayBuffer>);
}

/** One of the kernel's two builds; on the processors that run these tests multiply-add is fused. */
export async function openBuild(file: string): Promise<Kernel> {
  return openKernel(await compileBuild(file));
}

/** The parts of ffjavascript that the kernel is compared with; in one thread, so that nothing outlives a test. */
export interface ReferenceGroup {
  g: Uint8Array;
  zeroAffine: Uint8Array;
  neg(point: Uint8Array): Uint8Array;
  timesScalar(point: Uint8Array, scalar: bigint): Uint8Array;
  toAffine(point: Uint8Array): Uint8Array;
  toObject(point: Uint8Array): unknown[];
  multiExpAffine(points: Uint8Array, scalars: Uint8Array): Promise<Uint8Array>;
}

export async function reference(): Promise<{ G1: ReferenceGroup; G2: ReferenceGroup }> {
  return (await buildBn128(true)) as unknown as { G1: ReferenceGroup; G2: ReferenceGroup };
}

export function words(values: readonly bigint[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * 32);
  for (const [i, value] of values.entries()) bytes.set(word(value), i * 32);
  return bytes;
}

export function numbers(bytes: Uint8Array): bigint[] {
  return Array.from({ length: bytes.length / 32 }, (_, i) => readWord(bytes, i * 32));
}

/** A generator of numbers below `bound` that gives the same ones in every run (xorshift, 64 bits). */
export function randomNumbers(seed: bigint): (bound: bigint) => bigint {
  let state = seed;
  const next = (): bigint => {
    state ^= BigInt.asUintN(64, state << 13n);
    state ^= state >> 7n;
    state ^= BigInt.asUintN(64, state << 17n);
    return state;
  };
  return (bound) => ((next() << 256n) | (next() << 192n) | (next() << 128n) | (next() << 64n) | next()) % bound;
}
