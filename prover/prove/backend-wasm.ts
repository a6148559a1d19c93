import { availableParallelism } from "node:os";
import { chooseKernel, PORTABLE_FILE } from "../kernel/instance.ts";
import { openPool } from "../kernel/pool.ts";
import { openThread, readBuild } from "../kernel/threads-node.ts";
import type { Missing } from "./backend.ts";
import { type KernelBackend, kernelBackend } from "./backend-kernel.ts";

/** The kernel's portable build runs wherever WebAssembly does. */
export async function wasmMissing(): Promise<Missing | null> {
  const bytes = await readBuild(PORTABLE_FILE).catch(() => null);
  if (bytes !== null && WebAssembly.validate(bytes)) return null;
  return {
    reason: bytes === null ? "its file is gone" : "this Node does not run it",
    hint: "check prover/kernel out again, or take another Node",
  };
}

/** Our kernel in WebAssembly, on Node's threads. */
export async function openWasmBackend({ threads = availableParallelism() } = {}): Promise<KernelBackend> {
  const { file, module } = await chooseKernel(readBuild);
  return kernelBackend(await openPool(module, Array.from({ length: threads }, openThread)), file);
}
