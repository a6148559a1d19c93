import { TacitError } from "../units/errors.ts";
import { FMA_FILE, type KernelFile, PORTABLE_FILE } from "./instance.ts";
import type { Thread } from "./pool.ts";
import type { Response } from "./serve.ts";

/** Bundlers find a file by such an expression, and only when it is written out. */
const FILES: Readonly<Record<KernelFile, URL>> = {
  [PORTABLE_FILE]: new URL("./kernel.wasm", import.meta.url),
  [FMA_FILE]: new URL("./kernel-fma.wasm", import.meta.url),
};

/** The bytes of one of the kernel's builds. @throws TacitError `KERNEL_FAILED` */
export async function fetchBuild(file: KernelFile): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(FILES[file]).catch((cause: unknown) => {
    throw new TacitError("KERNEL_FAILED", `${file} cannot be fetched`, { hint: "Check the connection.", cause });
  });
  if (!response.ok) throw new TacitError("KERNEL_FAILED", `${file} cannot be fetched: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

export function openWebThread(): Thread {
  return webThread(new Worker(new URL("./thread-web.ts", import.meta.url), { type: "module" }));
}

/** A worker that runs `thread-web.ts`. One that is killed says nothing: the pool's patience is what notices. */
export function webThread(worker: Worker): Thread {
  return {
    post: (request, transfer) => worker.postMessage(request, transfer),
    onResponse: (listener) => worker.addEventListener("message", ({ data }: MessageEvent<Response>) => listener(data)),
    onFailure(listener) {
      // An error event without a message is a script that could not be fetched or that the page's policy refuses.
      worker.addEventListener("error", ({ message }) => listener(new Error(message || "its script did not start")));
      worker.addEventListener("messageerror", () => listener(new Error("a message could not be read")));
    },
    async end() {
      worker.terminate();
    },
  };
}
