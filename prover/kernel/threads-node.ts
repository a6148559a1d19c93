import { readFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import type { Thread } from "./pool.ts";
import type { Response } from "./serve.ts";

/** The bytes of one of the kernel's builds. */
export const readBuild = (file: string): Promise<Buffer<ArrayBuffer>> =>
  readFile(new URL(file, import.meta.url)) as Promise<Buffer<ArrayBuffer>>;

/** A worker thread of Node. It keeps the process alive until it is ended. */
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
