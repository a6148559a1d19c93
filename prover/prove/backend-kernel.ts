import { streamSource } from "../kernel/compact/source.ts";
import { FMA_FILE, type KernelFile, PORTABLE_FILE } from "../kernel/instance.ts";
import type { Pool } from "../kernel/pool.ts";
import { snarkjsProof } from "../kernel/proof.ts";
import { type KernelKey, loadCompactKey, loadKey } from "../kernel/prove.ts";
import type { Backend, LoadedKey } from "./backend.ts";

const PATHS = { [FMA_FILE]: "relaxed SIMD, fused multiply-add", [PORTABLE_FILE]: "portable" };

/** Our kernel takes compact keys as well as snarkjs' own. */
export interface KernelBackend extends Backend {
  /**
   * Loads a compact key while it arrives.
   * @param expected what the manifest names
   * @throws TacitError `BAD_KEY`, for another file than the expected one too
   */
  loadStream(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    expected: { readonly bytes: number; readonly sha256: string },
  ): Promise<LoadedKey>;
}

/** Our kernel in WebAssembly on a pool of threads, which it owns. Every thread keeps its share of each loaded key. */
export function kernelBackend(pool: Pool, file: KernelFile): KernelBackend {
  return {
    name: "wasm",
    path: PATHS[file],
    threads: pool.threads,
    load: async (key) => loadedKey(await loadKey(pool, key)),
    loadStream: async (stream, expected) => loadedKey(await loadCompactKey(pool, streamSource(stream, expected))),
    close: pool.close,
  };
}

function loadedKey(key: KernelKey): LoadedKey {
  return {
    async prove(wtns) {
      const { points, publicSignals, phases } = await key.prove(wtns);
      return { proof: snarkjsProof(points), publicSignals: publicSignals.map(String), phases };
    },
    forget: key.forget,
  };
}
