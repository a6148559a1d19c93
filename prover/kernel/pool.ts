import { TacitError } from "../units/errors.ts";
import type { Job, Request, Response } from "./serve.ts";

/** A thread of whatever environment: messages out, messages in, failure, end. */
export interface Thread {
  post(request: Request, transfer: ArrayBuffer[]): void;
  onResponse(listener: (response: Response) => void): void;
  onFailure(listener: (error: Error) => void): void;
  end(): Promise<void>;
}

/** A job's result, and the milliseconds it took in its thread. */
export interface Timed<T> {
  readonly value: T;
  readonly ms: number;
}

export interface Pool {
  readonly threads: number;
  /** A thread does its jobs in the order in which they are asked for. @throws TacitError of the job, or `KERNEL_FAILED` */
  ask<T>(thread: number, job: Job, transfer?: ArrayBuffer[]): Promise<Timed<T>>;
  close(): Promise<void>;
}

export async function openPool(module: WebAssembly.Module, threads: readonly Thread[]): Promise<Pool> {
  interface Waiting {
    readonly thread: number;
    done(result: Timed<unknown>): void;
    failed(error: Error): void;
  }
  const waiting = new Map<number, Waiting>();
  const dead = new Map<number, Error>();
  let nextId = 0;

  const kill = (thread: number, error: Error): void => {
    dead.set(thread, error);
    for (const [id, job] of waiting) {
      if (job.thread !== thread) continue;
      waiting.delete(id);
      job.failed(error);
    }
  };
  for (const [i, thread] of threads.entries()) {
    thread.onResponse((response) => {
      const job = waiting.get(response.id);
      waiting.delete(response.id);
      if ("error" in response) {
        const { code, message, hint } = response.error;
        job?.failed(new TacitError(code, message, hint === undefined ? {} : { hint }));
      } else {
        job?.done({ value: response.value, ms: response.ms });
      }
    });
    thread.onFailure((cause) => {
      kill(i, new TacitError("KERNEL_FAILED", `a thread of the prover ended: ${cause.message}`, { cause }));
    });
  }

  const pool: Pool = {
    threads: threads.length,
    ask<T>(thread: number, job: Job, transfer: ArrayBuffer[] = []) {
      return new Promise<Timed<T>>((done, failed) => {
        const end = dead.get(thread);
        if (end !== undefined) return failed(end);
        const id = nextId++;
        waiting.set(id, { thread, done: done as Waiting["done"], failed });
        threads[thread]?.post({ id, job }, transfer);
      });
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.end()));
      for (const i of threads.keys()) kill(i, new TacitError("KERNEL_FAILED", "the prover is closed"));
    },
  };
  await Promise.all(threads.map((_, thread) => pool.ask(thread, { kind: "open", module })));
  return pool;
}
