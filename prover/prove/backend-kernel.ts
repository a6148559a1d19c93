import { FMA_FILE, PORTABLE_FILE } from "../kernel/instance.ts";
import type { Pool } from "../kernel/pool.ts";
import { loadKey, type ProofPoints } from "../kernel/prove.ts";
import type { Backend } from "./backend.ts";

const PATHS: Readonly<Record<string, string>> = {
  [FMA_FILE]: "relaxed SIMD, fused multiply-add",
  [PORTABLE_FILE]: "portable",
};

/** Our kernel in WebAssembly on whatever threads; it owns them. Every thread keeps its share of each loaded key. @param file the kernel's build */
export function kernelBackend(pool: Pool, file: string): Backend {
  return {
    name: "wasm",
    path: PATHS[file] ?? file,
    threads: pool.threads,
    async load(zkey) {
      const key = await loadKey(pool, zkey);
      return {
        async prove(wtns) {
          const { points, publicSignals, phases } = await key.prove(wtns);
          return { proof: snarkjsProof(points), publicSignals: publicSignals.map(String), phases };
        },
        forget: key.forget,
      };
    },
    close: pool.close,
  };
}

/** snarkjs writes points in projective coordinates, decimal. */
export function snarkjsProof({ a, b, c }: ProofPoints) {
  return {
    pi_a: [...a.map(String), "1"],
    pi_b: [...b.map((element) => element.map(String)), ["1", "0"]],
    pi_c: [...c.map(String), "1"],
    protocol: "groth16",
    curve: "bn128",
  };
}
