import { readFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { compileKernel } from "./instance.ts";
import { openPool, type Pool, type Thread } from "./pool.ts";
import type { Response } from "./serve.ts";

/** The kernel on worker threads of Node. They keep the process alive until the pool is closed. */
export async function openNodePool(threads: number): Promise<Pool> {
  const module = await compileKernel(
    (file) => readFile(new URL(file, import.meta.url)) as Promise<Buffer<ArrayBuffer>>,
  );
  return openPool(module, Array.from({ length: threads }, openThread));
}

export function openThread(): Thread {
  const worker = new Worker(new URL("thread-node.ts", import.meta.url));
  return {
    post: (request, transfer) => worker.postMessage(request, transfer),
    onResponse: (listener) => worker.on("message", (response: Response) => listener(response)),
    onFailure(listener) {
      worker.on("error", listener);
      worker.on("messageerror", listener);
      worker.on("exit", (code) => listener(new Error(`exit code ${code}`)));
    },
    async end() {
      await worker.terminate();
    },
  };
}
