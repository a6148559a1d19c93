import { readKey } from "../../prover/kernel/key.ts";
import { readWitness } from "../../prover/kernel/witness.ts";

/** What the native engine takes, without the files around it. */
export interface Case {
  readonly wires: number;
  readonly publicSignals: number;
  readonly log: number;
  /** In the order of engine.h. */
  readonly parts: readonly Uint8Array[];
  readonly witness: Uint8Array;
}

/** @throws TacitError `BAD_KEY`, `BAD_WITNESS` */
export function caseOf(zkey: Uint8Array, wtns: Uint8Array): Case {
  const { wires, publicSignals, log, ...key } = readKey(zkey);
  const g1 = Buffer.concat([key.alpha1, key.beta1, key.delta1]);
  const g2 = Buffer.concat([key.beta2, key.delta2]);
  const parts = [key.a, key.b1, key.b2, key.c, key.h, g1, g2, key.terms];
  return { wires, publicSignals, log, parts, witness: readWitness(wtns, wires) };
}

/** A case as test/kernel/native/case.h reads it. */
export function caseFile({ wires, publicSignals, log, parts, witness }: Case): Uint8Array {
  const all = [...parts, witness];
  const numbers = Uint32Array.from([wires, publicSignals, log, ...all.map(({ length }) => length)]);
  return Buffer.concat([new Uint8Array(numbers.buffer), ...all]);
}

/** Numbers of a term's kind, row and wire, and its coefficient: see key.ts. */
const TERM_BYTES = 44;

/**
 * A case of the same points, terms and values with fewer wires and rows, which the engine takes too: small enough that a
 * fuzzer gets through many a second.
 */
export function reduced({ parts, witness, publicSignals }: Case, wires: number, log: number, terms: number): Case {
  const rows = 2 ** log;
  const [a, b1, b2, c, h, g1, g2, all] = parts as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, ...Uint8Array[]];
  const kept = new Uint8Array(all?.subarray(0, terms * TERM_BYTES) ?? []);
  const view = new DataView(kept.buffer);
  for (let at = 0; at < kept.length; at += TERM_BYTES) {
    view.setUint32(at + 4, view.getUint32(at + 4, true) % rows, true);
    view.setUint32(at + 8, view.getUint32(at + 8, true) % wires, true);
  }
  const cut = (part: Uint8Array | undefined, bytes: number): Uint8Array => part?.subarray(0, bytes) ?? new Uint8Array();
  return {
    wires,
    publicSignals,
    log,
    parts: [
      ...[cut(a, wires * 64), cut(b1, wires * 64), cut(b2, wires * 128), cut(c, (wires - publicSignals - 1) * 64)],
      ...[cut(h, rows * 64), cut(g1, 192), cut(g2, 256), kept],
    ],
    witness: witness.subarray(0, wires * 32),
  };
}

/** What a fuzzer starts from: for `load` keys that are proven with, for the others bytes enough for all they choose. */
export function seedsOf(fuzzer: "load" | "sum" | "prove", original: Case): Uint8Array[] {
  if (fuzzer !== "load") {
    return [100, 400, 1600].map((length) => Uint8Array.from({ length }, (_, i) => (i * i * 5 + i * 89) >> 2));
  }
  const cases = [reduced(original, 5, 0, 4), reduced(original, 8, 2, 12), reduced(original, 24, 4, 48)];
  // The first byte has the lengths taken as they are.
  return cases.map((small) => Buffer.concat([new Uint8Array(1), caseFile(small)]));
}
