import { isCompact } from "./compact/format.ts";
import { loadCompact } from "./compact/load.ts";
import { fileSource, type Source } from "./compact/source.ts";
import { readKey } from "./key.ts";
import type { BlockCoefficients, Sums } from "./part.ts";
import type { Pool } from "./pool.ts";
import { type ProofPoints, proofPoints, publicSignalsOf, randomScalar } from "./proof.ts";
import { SUM_NAMES, splitKey } from "./split.ts";
import { readWitness } from "./witness.ts";

/** Milliseconds, of the slowest thread where several work. */
export type Phases = Readonly<Record<string, number>>;

export interface KernelKey {
  /** @throws TacitError `BAD_WITNESS`, `KERNEL_FAILED` */
  prove(wtns: Uint8Array): Promise<{ points: ProofPoints; publicSignals: bigint[]; phases: Phases }>;
  forget(): Promise<void>;
}

const keys = new WeakMap<Pool, number>();

/** Puts a key, a .zkey or a .ckey, into a pool's threads. @throws TacitError `BAD_KEY`, `KERNEL_FAILED` */
export function loadKey(pool: Pool, file: Uint8Array): Promise<KernelKey> {
  return isCompact(file) ? loadCompactKey(pool, fileSource(file)) : take(pool, (key) => loadZkey(pool, key, file));
}

/** As `loadKey`, of a compact key that may still be arriving. */
export function loadCompactKey(pool: Pool, source: Source): Promise<KernelKey> {
  return take(pool, (key) => loadCompact(pool, key, source));
}

interface Counts {
  readonly wires: number;
  readonly publicSignals: number;
}

async function take(pool: Pool, load: (key: number) => Promise<Counts>): Promise<KernelKey> {
  const key = (keys.get(pool) ?? 0) + 1;
  keys.set(pool, key);
  const threads = Array.from({ length: pool.threads }, (_, i) => i);
  const forget = async () => {
    await Promise.all(threads.map((thread) => pool.ask(thread, { kind: "forget", key })));
  };
  const { wires, publicSignals } = await load(key).catch(async (error: unknown) => {
    await forget().catch(() => {});
    throw error;
  });

  /** One proof at a time: a thread holds one witness of a key. */
  let last: Promise<unknown> = Promise.resolve();
  return {
    prove(wtns) {
      const proof = last.then(() => prove(pool, key, readWitness(wtns, wires), publicSignals));
      last = proof.catch(() => {});
      return proof;
    },
    forget,
  };
}

async function loadZkey(pool: Pool, key: number, file: Uint8Array): Promise<Counts> {
  const parsed = readKey(file);
  const loaded = await Promise.allSettled(
    splitKey(parsed, pool.threads).map((part, thread) => {
      const points = Object.values(part.sums).flatMap(({ points, index }) => [points.buffer, index.buffer]);
      const rows = part.blocks.flatMap(({ h, terms }) => [h.buffer, terms.buffer]);
      return pool.ask(thread, { kind: "load", key, part }, [...points, ...rows]);
    }),
  );
  const refused = loaded.find((result) => result.status === "rejected");
  if (refused !== undefined) throw refused.reason;
  return parsed;
}

async function prove(pool: Pool, key: number, witness: Uint8Array<ArrayBuffer>, publicSignals: number) {
  const phases: Record<string, number> = {};
  const count = (phase: string, ms: number): void => {
    phases[phase] = Math.max(phases[phase] ?? 0, ms);
  };
  const start = performance.now();
  const threads = Array.from({ length: pool.threads }, (_, i) => i);
  const rows = threads.map((thread) => pool.ask<BlockCoefficients[]>(thread, { kind: "rows", key, witness }));
  // Asked for at once: a thread that waits for others' rows adds up points meanwhile.
  const sums = threads.map((thread) =>
    SUM_NAMES.map((name) => pool.ask<Uint8Array<ArrayBuffer>>(thread, { kind: "sum", key, name })),
  );
  // What fails first is reported once; the others must not become unhandled rejections.
  for (const pending of [...rows, ...sums.flat()]) pending.catch(() => {});
  const blocks = (await Promise.all(rows)).flatMap(({ value, ms }) => {
    count("rows", ms);
    return value;
  });
  const quotients = threads.map((thread) =>
    pool.ask<Uint8Array<ArrayBuffer>>(thread, { kind: "quotient", key, blocks }),
  );
  for (const pending of quotients) pending.catch(() => {});
  const all: Sums[] = await Promise.all(
    threads.map(async (thread) => {
      const named = await Promise.all(
        SUM_NAMES.map(async (name, i) => {
          const { value, ms } = (await sums[thread]?.[i]) ?? { value: new Uint8Array(), ms: 0 };
          count(name, ms);
          return [name, value] as const;
        }),
      );
      const { value: h, ms } = (await quotients[thread]) ?? { value: new Uint8Array(), ms: 0 };
      count("h", ms);
      return { ...Object.fromEntries(named), h } as Sums;
    }),
  );
  const r = randomScalar();
  const s = randomScalar();
  const { value: out, ms } = await pool.ask<Uint8Array>(0, { kind: "assemble", key, sums: all, r, s });
  count("assemble", ms);
  phases.total = performance.now() - start;
  return { points: proofPoints(out), publicSignals: publicSignalsOf(witness, publicSignals), phases };
}
