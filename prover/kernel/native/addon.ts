import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
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
  /** Hash of what it was built from: see `sourcesHash`. */
  readonly sources: string;
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
const require = createRequire(import.meta.url);

/** What an addon is built from and for: it names the same in its `sources`. */
export function sourcesHash(): string {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  for (const folder of FOLDERS) {
    for (const file of readdirSync(folder).toSorted()) {
      if (!/\.[ch]$/.test(file) || file.startsWith("wasm")) continue;
      hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
    }
  }
  return hash.digest("hex");
}

/** Where `npm run build:native` puts the addon: in the user's cache, by the hash of its sources. */
export function builtPath(): string {
  return join(cacheFolder(), "native", sourcesHash(), "kernel.node");
}

/** The package with an addon built for this platform. */
export const PLATFORM_PACKAGE = `@tacit/kernel-${process.platform}-${process.arch}`;

/**
 * The addon built here, or else the platform package's.
 * @throws Error when there is none, when it does not load, or when it is not of these sources
 */
export function loadAddon(): Addon {
  const built = builtPath();
  const path = existsSync(built) ? built : require.resolve(PLATFORM_PACKAGE);
  const addon = require(path) as Addon;
  if (addon.sources !== sourcesHash()) throw new Error(`${path} is built from other sources`);
  return addon;
}
