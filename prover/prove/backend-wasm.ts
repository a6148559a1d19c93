import { availableParallelism } from "node:os";
import { openNodePool } from "../kernel/threads-node.ts";
import type { Backend } from "./backend.ts";
import { kernelBackend } from "./backend-kernel.ts";

/** Our kernel in WebAssembly, on Node's threads. */
export async function openWasmBackend({ threads = availableParallelism() } = {}): Promise<Backend> {
  return kernelBackend(await openNodePool(threads));
}
