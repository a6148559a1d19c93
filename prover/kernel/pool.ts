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

/** A thread's longest job takes seconds, on a slow telephone too. */
const PATIENCE = 120_000;
const TICKS = 10;

/**
 * @param patience milliseconds without an answer after which a thread that has something to do is given up: one that was
 * killed or never returns says nothing. Counted in ticks, so that a machine's sleep does not count.
 * @throws TacitError `KERNEL_FAILED`
 */
export async function openPool(
  module: WebAssembly.Module,
  threads: readonly Thread[],
  { patience = PATIENCE }: { patience?: number } = {},
): Promise<Pool> {
  interface Waiting {
    readonly thread: number;
    done(result: Timed<unknown>): void;
    failed(error: Error): void;
  }
  const waiting = new Map<number, Waiting>();
  const dead = new Map<number, Error>();
  const silentTicks = threads.map(() => 0);
  let nextId = 0;
  let clock: ReturnType<typeof setInterval> | undefined;

  const kill = (thread: number, error: Error): void => {
    // What came first is the cause.
    if (!dead.has(thread)) dead.set(thread, error);
    for (const [id, job] of waiting) {
      if (job.thread !== thread) continue;
      waiting.delete(id);
      job.failed(error);
    }
  };
  const tick = (): void => {
    const busy = new Set([...waiting.values()].map(({ thread }) => thread));
    for (const thread of busy) {
      silentTicks[thread] = (silentTicks[thread] ?? 0) + 1;
      if ((silentTicks[thread] ?? 0) <= TICKS) continue;
      const hint = "Try again; if it happens again, use fewer threads or a smaller circuit.";
      kill(
        thread,
        new TacitError("KERNEL_FAILED", `a thread of the prover has not answered for ${patience / 1000} s`, { hint }),
      );
      // It may still be running, on a core that others need.
      threads[thread]?.end().catch(() => {});
    }
    if (waiting.size === 0) {
      clearInterval(clock);
      clock = undefined;
    }
  };
  for (const [i, thread] of threads.entries()) {
    thread.onResponse((response) => {
      silentTicks[i] = 0;
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
        if (![...waiting.values()].some((other) => other.thread === thread)) silentTicks[thread] = 0;
        waiting.set(id, { thread, done: done as Waiting["done"], failed });
        clock ??= setInterval(tick, patience / TICKS);
        threads[thread]?.post({ id, job }, transfer);
      });
    },
    async close() {
      clearInterval(clock);
      for (const i of threads.keys()) kill(i, new TacitError("KERNEL_FAILED", "the prover is closed"));
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
  try {
    await Promise.all(threads.map((_, thread) => pool.ask(thread, { kind: "open", module })));
  } catch (error) {
    await pool.close();
    throw error;
  }
  return pool;
}
