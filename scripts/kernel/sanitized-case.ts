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
