import { TacitError } from "../../units/errors.ts";
import { type Origin, refusal } from "../binary.ts";
import { KEY, readKey } from "../key.ts";
import { type ProofPoints, proofPoints, publicSignalsOf, randomScalar } from "../proof.ts";
import { readWitness, WITNESS } from "../witness.ts";
import { type Addon, type Answer, type Handle, loadAddon, PARTS, PHASES } from "./addon.ts";

export interface NativeKey {
  /** @throws TacitError `BAD_WITNESS`, `KERNEL_FAILED` */
  prove(
    wtns: Uint8Array,
  ): Promise<{ points: ProofPoints; publicSignals: bigint[]; phases: Readonly<Record<string, number>> }>;
  /** Frees the key's memory, once a proof that is being made with it has ended. */
  forget(): Promise<void>;
}

export interface NativeEngine {
  /** The code path in use. */
  readonly path: string;
  /** @throws TacitError `BAD_KEY`, `KERNEL_FAILED` */
  load(zkey: Uint8Array): Promise<NativeKey>;
  /** Whoever waits is told at once; the threads end with the work they have begun. */
  close(): Promise<void>;
}

/** The statuses of engine.h: what each refuses, and in which words. */
const REFUSALS: Readonly<Record<number, readonly [Origin, (at: number) => string]>> = {
  1: [KEY, (at) => `has a point of ${PARTS[at] ?? "a section"} that is not on the curve`],
  2: [KEY, (at) => `has a coefficient outside its matrices: number ${at}`],
  3: [KEY, (at) => `has a coefficient outside the field: number ${at}`],
  4: [WITNESS, (at) => `has a value outside the field: number ${at}`],
  6: [KEY, () => "has parts whose sizes do not fit each other"],
};

const failure = (reason: string, cause?: unknown): TacitError =>
  new TacitError("KERNEL_FAILED", `the native kernel ${reason}`, cause === undefined ? {} : { cause });

function check({ status, at }: Answer): void {
  if (status === 0) return;
  const known = REFUSALS[status];
  throw known === undefined ? failure("has no more memory") : refusal(known[0], known[1](at));
}

/**
 * Threads of the native kernel.
 * @param path a code path by name, for tests; absent: the fastest this processor has
 * @throws TacitError `NO_NATIVE_KERNEL` when it has not been built or does not load
 */
export function openEngine(threads: number, path?: string): NativeEngine {
  let addon: Addon;
  let engine: Handle;
  try {
    addon = loadAddon();
    engine = addon.open(threads, path);
  } catch (cause) {
    throw new TacitError("NO_NATIVE_KERNEL", "the native kernel is not to be had", {
      hint: "Run `npm run build:native`, or prove with the wasm backend.",
      cause,
    });
  }
  let closed = false;
  const waiting = new Set<(error: Error) => void>();
  /** What a request answers, unless the engine is closed before it does. */
  const ask = async <T extends Answer>(request: () => Promise<T>): Promise<T> => {
    if (closed) throw failure("is closed");
    const pending = Promise.withResolvers<never>();
    pending.promise.catch(() => {});
    waiting.add(pending.reject);
    try {
      const answer = await Promise.race([request(), pending.promise]);
      check(answer);
      return answer;
    } finally {
      waiting.delete(pending.reject);
    }
  };

  return {
    path: path ?? addon.paths[0] ?? "",
    async load(zkey) {
      const { wires, publicSignals, log, ...parts } = readKey(zkey);
      const answer = await ask(() =>
        addon.load(engine, {
          wires,
          publicSignals,
          log,
          parts: [
            parts.a,
            parts.b1,
            parts.b2,
            parts.c,
            parts.h,
            Buffer.concat([parts.alpha1, parts.beta1, parts.delta1]),
            Buffer.concat([parts.beta2, parts.delta2]),
            parts.terms,
          ],
        }),
      );
      const key = answer.key as Handle;
      let forgotten = false;
      /** One proof at a time: more would only share the same threads, and need more memory. */
      let last: Promise<unknown> = Promise.resolve();
      const prove = async (wtns: Uint8Array) => {
        if (forgotten) throw new TacitError("KERNEL_FAILED", "the key is not loaded", { hint: "Load it again." });
        const witness = readWitness(wtns, wires);
        const start = performance.now();
        const made = await ask(() => addon.prove(key, witness, randomScalar(), randomScalar()));
        const phases: Record<string, number> = {};
        for (const [i, phase] of PHASES.entries()) phases[phase] = made.phases?.[i] ?? 0;
        phases.total = performance.now() - start;
        return {
          points: proofPoints(made.points ?? new Uint8Array()),
          publicSignals: publicSignalsOf(witness, publicSignals),
          phases,
        };
      };
      return {
        prove(wtns) {
          const proof = last.then(() => prove(wtns));
          last = proof.catch(() => {});
          return proof;
        },
        async forget() {
          forgotten = true;
          addon.forget(key);
        },
      };
    },
    async close() {
      closed = true;
      for (const reject of waiting) reject(failure("is closed"));
      addon.close(engine);
    },
  };
}
