import { openWebPool } from "../kernel/threads-web.ts";
import type { Backend } from "./backend.ts";
import { kernelBackend } from "./backend-kernel.ts";

/** Beyond this many, threads of a page share memory bandwidth and little else. */
const MOST_THREADS = 4;

/** Our kernel in WebAssembly, on a browser's workers. @throws TacitError `KERNEL_FAILED` */
export async function openWebBackend({
  threads = Math.min(MOST_THREADS, navigator.hardwareConcurrency || 2),
} = {}): Promise<Backend> {
  return kernelBackend(await openWebPool(threads));
}
