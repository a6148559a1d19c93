import { afterAll } from "vitest";
import type { BlockCoefficients } from "../../prover/kernel/part.ts";
import { openPool, type Pool } from "../../prover/kernel/pool.ts";
import { loadKey } from "../../prover/kernel/prove.ts";
import { openThread } from "../../prover/kernel/threads-node.ts";
import { compactKey } from "../../prover/setup/compact.ts";
import { noContributions, zkeyFile } from "../../prover/setup/zkey.ts";
import { compileBuild, numbers, openBuild } from "./kernels.ts";
import type { Summer } from "./sums.ts";

const LOG = 3;

/** Sums as a proof makes them: the points in a key, divided among threads, the scalars as its witness. */
export function pooledSummer(
  threads: number,
  file: string,
  form: "zkey" | "ckey",
  generator: () => Uint8Array,
): Summer {
  let opening: Promise<Pool> | undefined;
  let keys = 0;
  afterAll(async () => (await opening)?.close());
  return async (group, points, scalars) => {
    opening ??= compileBuild(file).then((module) => openPool(module, Array.from({ length: threads }, openThread)));
    const pool = await opening;
    const zkey = keyOf(group, points, generator());
    const loaded = await loadKey(pool, form === "zkey" ? zkey : compactKey(zkey));
    // The pool numbers its keys from one.
    const key = ++keys;
    const sum = group === "g1" ? "a" : "b2";
    const partial = await Promise.all(
      Array.from({ length: threads }, async (_, thread) => {
        const witness = new Uint8Array(scalars);
        await pool.ask<BlockCoefficients[]>(thread, { kind: "rows", key, witness });
        return (await pool.ask<Uint8Array>(thread, { kind: "sum", key, name: sum })).value;
      }),
    );
    await loaded.forget();
    const kernel = await openBuild(file);
    const [add, write, bytes] =
      group === "g1"
        ? ([kernel.g1_add, kernel.g1_write, 64] as const)
        : ([kernel.g2_add, kernel.g2_write, 128] as const);
    const [first = 0, ...others] = partial.map((bytes) => kernel.put(bytes));
    for (const other of others) add(first, first, other);
    const out = kernel.take(bytes);
    write(out, first);
    return numbers(kernel.read(out, bytes));
  };
}

/** A key whose A, or whose B in the second group, are these points; it proves nothing. @param generator of both groups */
function keyOf(group: "g1" | "g2", points: Uint8Array, generator: Uint8Array): Uint8Array {
  const wires = points.length / (group === "g1" ? 64 : 128);
  const [one, two] = [generator.subarray(0, 64), generator.subarray(64)];
  const b1 = new Uint8Array(wires * 64);
  const isInfinite = (i: number): boolean => points.subarray(i * 128, (i + 1) * 128).every((byte) => byte === 0);
  if (group === "g2") for (let i = 0; i < wires; i++) if (!isInfinite(i)) b1.set(one, i * 64);
  const h = new Uint8Array(64 * 2 ** LOG);
  for (let i = 0; i < 2 ** LOG; i++) h.set(one, i * 64);
  return zkeyFile({
    wires,
    publicSignals: 0,
    domain: 2 ** LOG,
    alpha1: one,
    beta1: one,
    beta2: two,
    gamma2: two,
    delta1: one,
    delta2: two,
    coefficients: new Uint8Array(4),
    ic: one,
    h,
    c: new Uint8Array((wires - 1) * 64),
    a: group === "g1" ? points : new Uint8Array(wires * 64),
    b1,
    b2: group === "g2" ? points : new Uint8Array(wires * 128),
    contributions: noContributions(new Uint8Array(64)),
  });
}
