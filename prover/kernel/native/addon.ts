import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "../../prove/store.ts";

/** An engine or a key in the addon's hands. */
export type Handle = { readonly brand: "engine" | "key" };

/** A request's end: `status` as engine.h numbers it, 0 for success; `at` says where. */
export interface Answer {
  readonly status: number;
  readonly at: number;
}

/** A key's parts in the order in which the addon counts them. */
export const PARTS = ["A", "B1", "B2", "C", "H", "its header", "its header"] as const;
export const PHASES = ["rows", "fft", "b2", "a", "b1", "c", "h", "assemble"] as const;

/** The compiled module: see addon.c. Wrong arguments throw; nothing that a file holds does. */
export interface Addon {
  /** Code paths this processor has, fastest first: `ifma`, `adx`, `portable`. */
  readonly paths: readonly string[];
  open(threads: number, path: string | undefined): Handle;
  close(engine: Handle): void;
  load(
    engine: Handle,
    /** `parts` are read until the promise settles, and must not be changed or transferred before. */
    key: { wires: number; publicSignals: number; log: number; parts: readonly Uint8Array[] },
  ): Promise<Answer & { readonly key?: Handle }>;
  forget(key: Handle): void;
  prove(
    key: Handle,
    witness: Uint8Array,
    r: Uint8Array,
    s: Uint8Array,
  ): Promise<Answer & { readonly points?: Uint8Array; readonly phases?: readonly number[] }>;
  sum(
    engine: Handle,
    group: 1 | 2,
    points: Uint8Array,
    scalars: Uint8Array,
  ): Promise<Answer & { readonly points?: Uint8Array }>;
  transform(engine: Handle, log: number, values: Uint8Array): number;
  field(engine: Handle, value: Uint8Array, operand: Uint8Array, which: number, count: number): void;
}

const FOLDERS = ["../core", "."].map((folder) => join(import.meta.dirname, folder));
const NAME = "kernel.node";

/** Where the addon of these sources for this platform is, or would be: in the user's cache, by the hash of both. */
export function addonPath(): string {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  for (const folder of FOLDERS) {
    for (const file of readdirSync(folder).toSorted()) {
      if (!/\.[ch]$/.test(file) || file === "wasm.c") continue;
      hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
    }
  }
  return join(cacheFolder(), "native", hash.digest("hex"), NAME);
}

/** @throws Error when it has not been built or does not load */
export function loadAddon(path = addonPath()): Addon {
  return createRequire(import.meta.url)(path) as Addon;
}
