import { TacitError } from "../../units/errors.ts";

/** Functions that a worker offers; arguments and results are what a structured clone can carry. */
// biome-ignore lint/suspicious/noExplicitAny: each function keeps its own types, which `Remote` hands on.
export type Api = Readonly<Record<string, (...args: any[]) => unknown>>;

interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** An answer to a call, an event of the worker's own, or just a sign of life. */
type Message =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: Fault }
  | { readonly event: unknown }
  | { readonly alive: true };

// The part of a dedicated worker's global scope that is used: the project's types are those of a page.
interface WorkerScope {
  onmessage: ((event: MessageEvent<Call>) => void) | null;
  postMessage(message: Message): void;
}

const BEAT_MS = 1000;

/** The worker's side: answers calls, and shows every second that it lives. Gives a function that posts events. */
export function serveApi(api: Api): (event: unknown) => void {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = async ({ data: { id, name, args } }) => {
    try {
      const work = Object.hasOwn(api, name) ? api[name] : undefined;
      if (work === undefined) throw new TacitError("NO_FUNCTION", `the worker has no function ${name}`);
      scope.postMessage({ id, value: await work(...args) });
    } catch (error) {
      scope.postMessage({ id, fault: faultOf(error) });
    }
  };
  setInterval(() => scope.postMessage({ alive: true }), BEAT_MS);
  return (event) => scope.postMessage({ event });
}

function faultOf(error: unknown): Fault {
  if (error instanceof TacitError) {
    const { code, message, hint } = error;
    return { code, message, ...(hint === undefined ? {} : { hint }) };
  }
  return { code: "INTERNAL", message: error instanceof Error ? error.message : String(error) };
}

export interface Remote<A extends Api> {
  call<K extends keyof A & string>(name: K, ...args: Parameters<A[K]>): Promise<Awaited<ReturnType<A[K]>>>;
  /** Ends the worker; what it was asked for is rejected. */
  end(): void;
}

export interface Watch {
  readonly onEvent?: (event: unknown) => void;
  /** A worker that has been asked and says nothing, not even that it lives, for this long. */
  readonly patienceMs?: number;
  readonly onSilence?: (seconds: number) => void;
}

const PATIENCE_MS = 30_000;

/** The page's side. A worker that dies rejects what it was asked for; one that hangs is reported to `onSilence`. */
export function openRemote<A extends Api>(worker: Worker, watch: Watch = {}): Remote<A> {
  interface Waiting {
    done(value: unknown): void;
    failed(error: TacitError): void;
  }
  const { onEvent, onSilence, patienceMs = PATIENCE_MS } = watch;
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let heard = Date.now();
  let told = false;
  const silence = setInterval(() => {
    const silent = Date.now() - heard;
    if (waiting.size === 0 || silent < patienceMs || told) return;
    told = true;
    onSilence?.(Math.round(silent / 1000));
  }, BEAT_MS);
  /** Why nobody answers any more: a call that comes later would wait for ever. */
  let over: TacitError | undefined;
  const failAll = (error: TacitError): void => {
    over = error;
    for (const { failed } of waiting.values()) failed(error);
    waiting.clear();
  };
  worker.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    heard = Date.now();
    told = false;
    if ("event" in data) return onEvent?.(data.event);
    if ("alive" in data) return;
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if ("value" in data) return call?.done(data.value);
    const { code, message, hint } = data.fault;
    call?.failed(new TacitError(code, message, hint === undefined ? {} : { hint }));
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    failAll(
      new TacitError("WORKER_FAILED", `a worker of the page ended: ${event.message || "its script did not start"}`, {
        hint: "Load the page again.",
      }),
    );
  });
  return {
    call(name, ...args) {
      return new Promise((done, failed) => {
        if (over !== undefined) return failed(over);
        heard = waiting.size === 0 ? Date.now() : heard;
        const id = next++;
        waiting.set(id, { done: done as (value: unknown) => void, failed });
        worker.postMessage({ id, name, args } satisfies Call);
      });
    },
    end() {
      clearInterval(silence);
      worker.terminate();
      failAll(new TacitError("CANCELLED", "it was cancelled"));
    },
  };
}
