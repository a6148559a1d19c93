import { cpus } from "node:os";
import { buildBn128 } from "ffjavascript";
import { groth16 } from "snarkjs";
import type { Backend } from "./backend.ts";

/**
 * snarkjs' own prover, slow and everywhere. It shares one curve, with its threads, with whoever else uses snarkjs, and
 * starts as many as the machine has processors.
 */
export async function openSnarkjsBackend(): Promise<Backend> {
  const curve = await buildBn128();
  return {
    name: "snarkjs",
    path: "wasmcurves",
    threads: Math.min(64, cpus().length),
    async load(zkey) {
      return {
        async prove(wtns) {
          const start = performance.now();
          const made = await groth16.prove(zkey, wtns);
          return { ...made, phases: { total: performance.now() - start } };
        },
        async forget() {},
      };
    },
    close: () => curve.terminate(),
  };
}
