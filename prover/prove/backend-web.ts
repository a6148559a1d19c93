import { chooseKernel } from "../kernel/instance.ts";
import { openPool } from "../kernel/pool.ts";
import { fetchBuild, openWebThread } from "../kernel/threads-web.ts";
import { type KernelBackend, kernelBackend } from "./backend-kernel.ts";

/** Beyond this many, threads of a page share memory bandwidth and little else. */
const MOST_THREADS = 4;

/**
 * Our kernel in WebAssembly, on a browser's workers: of a page, or of a worker of it. Asks of the page's policy no more than
 * `script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'`, and of its server no header.
 * @throws TacitError `KERNEL_FAILED` when the kernel cannot be fetched or a worker does not start
 */
export async function openWebBackend({
  threads = Math.min(MOST_THREADS, navigator.hardwareConcurrency || 2),
} = {}): Promise<KernelBackend> {
  const { file, module } = await chooseKernel(fetchBuild);
  return kernelBackend(await openPool(module, Array.from({ length: threads }, openWebThread)), file);
}
