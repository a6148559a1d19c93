import { cpus } from "node:os";
import { buildBn128 } from "ffjavascript";
import { groth16 } from "snarkjs";
import { TacitError } from "../units/errors.ts";
import type { Backend } from "./backend.ts";

/**
 * snarkjs' own prover, slow and everywhere. It shares one curve, with its threads, with whoever else uses snarkjs, and
 * starts as many as the machine has processors.
 */
export async function openSnarkjsBackend(): Promise<Backend> {
  const curve = await buildBn128();
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});
  const running = new Set<Promise<unknown>>();
  let closed = false;
  return {
    name: "snarkjs",
    path: "wasmcurves",
    threads: Math.min(64, cpus().length),
    async load(zkey) {
      return {
        async prove(wtns) {
          // snarkjs would start threads again that nobody ends.
          if (closed) return ended.promise;
          const start = performance.now();
          const proof = groth16.prove(zkey, wtns);
          running.add(proof);
          try {
            const made = await Promise.race([proof, ended.promise]);
            return { ...made, phases: { total: performance.now() - start } };
          } finally {
            if (!closed) running.delete(proof);
          }
        },
        async forget() {},
      };
    },
    /** Whoever waits is told at once. A proof without its threads would never end, so the threads wait for it. */
    async close() {
      closed = true;
      ended.reject(new TacitError("KERNEL_FAILED", "the prover is closed"));
      await Promise.allSettled(running);
      await curve.terminate();
    },
  };
}
