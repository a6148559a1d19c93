import { chooseKernel } from "../kernel/instance.ts";
import { openPool } from "../kernel/pool.ts";
import { fetchBuild, openWebThread } from "../kernel/threads-web.ts";
import type { Backend } from "./backend.ts";
import { kernelBackend } from "./backend-kernel.ts";

/** Beyond this many, threads of a page share memory bandwidth and little else. */
const MOST_THREADS = 4;

/**
 * Our kernel in WebAssembly, on Web Workers of a page or of another worker. Asks of the page's policy no more than
 * `script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'`, and of its server no header.
 * @throws TacitError `KERNEL_FAILED` when the kernel cannot be fetched or a worker does not start
 */
export async function openWebBackend({
  threads = Math.min(MOST_THREADS, navigator.hardwareConcurrency || 2),
} = {}): Promise<Backend> {
  const { file, module } = await chooseKernel(fetchBuild);
  return kernelBackend(await openPool(module, Array.from({ length: threads }, openWebThread)), file);
}
