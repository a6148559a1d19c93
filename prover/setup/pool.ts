import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { compileKernel, type Kernel, openKernel } from "../kernel/instance.ts";
import { readBuild } from "../kernel/threads-node.ts";
import { type Group, POINT_BYTES } from "./multiples.ts";

const CHUNK = 8_192;

/** Threads that multiply the generators of both groups; they keep their tables from one key to the next. */
export interface Multiplier extends AsyncDisposable {
  /** A fresh instance of the kernel for the caller's own field arithmetic. */
  openKernel(): Kernel;
  /** @param scalars 32 bytes each, little-endian. @returns affine points, Montgomery form. */
  multiply(group: Group, scalars: Uint8Array): Promise<Uint8Array>;
}

export async function openMultiplier(threads: number = Math.min(2, availableParallelism())): Promise<Multiplier> {
  const module = await compileKernel(readBuild);
  const pending = new Map<number, { done(points: Uint8Array): void; failed(error: Error): void }>();
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: module });
    worker.on("message", ({ id, points }: { id: number; points: Uint8Array }) => {
      pending.get(id)?.done(points);
      pending.delete(id);
    });
    worker.on("error", (error: Error) => {
      for (const waiting of pending.values()) waiting.failed(error);
      pending.clear();
    });
    return worker;
  });
  let nextId = 0;
  const submit = (group: Group, scalars: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
    new Promise((done, failed) => {
      const id = nextId++;
      pending.set(id, { done, failed });
      workers[id % threads]?.postMessage({ id, group, scalars }, [scalars.buffer]);
    });

  return {
    openKernel: () => openKernel(module),
    async multiply(group, scalars) {
      const size = POINT_BYTES[group];
      const points = new Uint8Array((scalars.length / 32) * size);
      const parts: Promise<void>[] = [];
      for (let at = 0; at < scalars.length; at += CHUNK * 32) {
        const part = submit(group, scalars.slice(at, at + CHUNK * 32));
        parts.push(part.then((bytes) => points.set(bytes, (at / 32) * size)));
      }
      await Promise.all(parts);
      return points;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
