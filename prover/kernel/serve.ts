import { TacitError } from "../units/errors.ts";
import { type Piece, type Unpacking, unpackPart } from "./compact/unpack.ts";
import { loadPart } from "./load.ts";
import type { BlockCoefficients, LoadedPart, Sums } from "./part.ts";
import type { KeyPart, SumName } from "./split.ts";

/** What a thread is asked to do. Keys are numbers that the asker gives. */
export type Job =
  | { readonly kind: "open"; readonly module: WebAssembly.Module }
  | { readonly kind: "load"; readonly key: number; readonly part: KeyPart }
  /** Piece by piece, the outline first. */
  | { readonly kind: "unpack"; readonly key: number; readonly piece: Piece }
  | { readonly kind: "rows"; readonly key: number; readonly witness: Uint8Array<ArrayBuffer> }
  | { readonly kind: "sum"; readonly key: number; readonly name: SumName }
  | { readonly kind: "quotient"; readonly key: number; readonly blocks: readonly BlockCoefficients[] }
  | {
      readonly kind: "assemble";
      readonly key: number;
      readonly sums: readonly Sums[];
      readonly r: Uint8Array;
      readonly s: Uint8Array;
    }
  | { readonly kind: "forget"; readonly key: number };

export interface Request {
  readonly id: number;
  readonly job: Job;
}

/** `ms` is how long the job itself took. */
export type Response =
  | { readonly id: number; readonly value: unknown; readonly ms: number }
  | {
      readonly id: number;
      readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
    };

/**
 * The thread's side, for any environment whose threads exchange messages: requests in, responses out, in order. A failure
 * in the middle of a job may leave memory half-written: the key is forgotten, and only loading it again helps.
 */
export function serve(): (request: Request) => { response: Response; transfer: ArrayBuffer[] } {
  let module: WebAssembly.Module | undefined;
  const parts = new Map<number, LoadedPart>();
  const unpackings = new Map<number, Unpacking>();
  const part = (key: number): LoadedPart => {
    const found = parts.get(key);
    if (found === undefined) throw new TacitError("KERNEL_FAILED", "the key is not loaded", { hint: "Load it again." });
    return found;
  };

  const opened = (): WebAssembly.Module => {
    if (module === undefined) throw new RangeError("no module");
    return module;
  };

  function unpack(key: number, piece: Piece): void {
    if (piece.is === "outline") {
      unpackings.set(key, unpackPart(opened(), piece.outline));
      return;
    }
    const unpacking = unpackings.get(key);
    // Refused before: what still arrives of it is dropped.
    if (unpacking === undefined) return;
    try {
      const whole = unpacking.take(piece);
      if (whole === undefined) return;
      parts.set(key, whole);
    } catch (error) {
      unpackings.delete(key);
      throw error;
    }
    unpackings.delete(key);
  }

  function forget(key: number): void {
    parts.delete(key);
    unpackings.delete(key);
  }

  function run(job: Job): { value: unknown; transfer?: ArrayBuffer[] } {
    switch (job.kind) {
      case "open":
        module = job.module;
        return { value: null };
      case "load":
        parts.set(job.key, loadPart(opened(), job.part));
        return { value: null };
      case "unpack":
        unpack(job.key, job.piece);
        return { value: null };
      case "rows": {
        const value = part(job.key).rows(job.witness);
        return { value, transfer: value.map(({ values }) => values.buffer) };
      }
      case "sum":
        return { value: part(job.key).sum(job.name) };
      case "quotient":
        return { value: part(job.key).quotient(job.blocks) };
      case "assemble":
        return { value: part(job.key).assemble(job.sums, job.r, job.s) };
      case "forget":
        forget(job.key);
        return { value: null };
    }
  }

  return ({ id, job }) => {
    const start = performance.now();
    try {
      const { value, transfer = [] } = run(job);
      return { response: { id, value, ms: performance.now() - start }, transfer };
    } catch (error) {
      if (error instanceof TacitError) {
        const { code, message, hint } = error;
        return { response: { id, error: { code, message, ...(hint === undefined ? {} : { hint }) } }, transfer: [] };
      }
      if ("key" in job) forget(job.key);
      const message = `the kernel stopped: ${error instanceof Error ? error.message : String(error)}`;
      return { response: { id, error: { code: "KERNEL_FAILED", message } }, transfer: [] };
    }
  };
}
