import { availableParallelism } from "node:os";
import { snarkjsProof } from "../kernel/proof.ts";
import { loadKey } from "../kernel/prove.ts";
import { openNodePool } from "../kernel/threads-node.ts";
import type { Backend } from "./backend.ts";

/** Our kernel in WebAssembly. Every thread keeps its share of each loaded key. */
export async function openWasmBackend({ threads = availableParallelism() } = {}): Promise<Backend> {
  const pool = await openNodePool(threads);
  return {
    name: "wasm",
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
