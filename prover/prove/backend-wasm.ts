import { availableParallelism } from "node:os";
import { chooseKernel, FMA_FILE, PORTABLE_FILE } from "../kernel/instance.ts";
import { openPool } from "../kernel/pool.ts";
import { snarkjsProof } from "../kernel/proof.ts";
import { loadKey } from "../kernel/prove.ts";
import { openThread, readBuild } from "../kernel/threads-node.ts";
import type { Backend, Missing } from "./backend.ts";

const PATHS = { [FMA_FILE]: "relaxed SIMD, fused multiply-add", [PORTABLE_FILE]: "portable" };

/** The kernel's portable build runs wherever WebAssembly does. */
export async function wasmMissing(): Promise<Missing | null> {
  const bytes = await readBuild(PORTABLE_FILE).catch(() => null);
  if (bytes !== null && WebAssembly.validate(bytes)) return null;
  return {
    reason: bytes === null ? "its file is gone" : "this Node does not run it",
    hint: "check prover/kernel out again, or take another Node",
  };
}

/** Our kernel in WebAssembly. Every thread keeps its share of each loaded key. */
export async function openWasmBackend({ threads = availableParallelism() } = {}): Promise<Backend> {
  const { file, module } = await chooseKernel(readBuild);
  const pool = await openPool(module, Array.from({ length: threads }, openThread));
  return {
    name: "wasm",
    path: PATHS[file],
    threads,
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
