import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256, writeAtomically } from "../prover/prove/store.ts";
import { type Multiplier, openMultiplier } from "../prover/setup/pool.ts";
import { TacitError } from "../prover/units/errors.ts";
import { compileCircuit, LIBRARIES, ROOT } from "./compile.ts";
import { generate } from "./generate.ts";
import { compactForm, developmentKeys } from "./keys.ts";
import { type CircuitEntry, circuitEntry, emptyManifest, type Manifest, readManifest } from "./manifest.ts";
import { openProgress } from "./progress.ts";
import { circuitSources } from "./sources.ts";

export interface BuildOptions {
  /** Names of circuits; all when absent. */
  only?: readonly string[];
  /** Write nothing into the repository, and fail if anything there is out of date. */
  check?: boolean;
}

export interface BuildResult {
  circuits: number;
  /** How many had to be compiled or given keys. */
  built: number;
  /** Generated files that were, or with `check` are, out of date. */
  changed: string[];
}

/**
 * Brings circuits, keys, manifest and generated files up to date. Two circuits are worked on at once, the largest first;
 * what is in the cache is only checked.
 */
export async function buildCircuits(options: BuildOptions = {}): Promise<BuildResult> {
  const names = circuitNames(options.only);
  const progress = openProgress();
  const entries = new Map<string, CircuitEntry>();
  const keys: Record<string, string> = {};
  const built = new Set<string>();
  let opening: Promise<Multiplier> | undefined;
  const multiplier = (): Promise<Multiplier> => {
    opening ??= openMultiplier();
    return opening;
  };
  // Keys use both cores, so they are made one after the other.
  let turn: Promise<unknown> = Promise.resolve();

  const work = async (name: string): Promise<void> => {
    const main = join(ROOT, "circuits", "main", `${name}.circom`);
    const step = <T>(label: string, run: (onStart: () => void) => Promise<T>): Promise<T> => {
      let started = false;
      const result = run(() => {
        started = true;
        built.add(name);
        progress.start(`${name}: ${label}`);
      });
      return result.then((value) => {
        if (started) progress.done(`${name}: ${label}`);
        return value;
      });
    };
    const compiled = await step("compile", (onStart) => compileCircuit(main, { onStart }));
    const made = turn.then(() => step("keys", (onStart) => developmentKeys(compiled.r1cs, multiplier, onStart)));
    turn = made.catch(() => undefined);
    const pair = await made;
    const compact = await step("compact key", (onStart) => compactForm(pair.zkey, onStart));
    keys[name] = pair.verificationKey;
    entries.set(name, circuitEntry(main, circuitSources(main, LIBRARIES), compiled, pair, compact));
  };

  try {
    const queue = [...names];
    const lane = async (): Promise<void> => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) await work(name);
    };
    await Promise.all([lane(), lane()]);
  } finally {
    await (await opening)?.[Symbol.asyncDispose]();
    progress.stop();
  }
  const files = generate(withKnown(entries, keys), keys);
  const changed = [...files].filter(([path, text]) => current(path) !== text);
  if (options.check !== true) for (const [path, text] of changed) await writeAtomically(join(ROOT, path), text);
  return { circuits: names.length, built: built.size, changed: changed.map(([path]) => path) };
}

/** The manifest of these circuits, beside those of the repository that were not asked for and are not rebuilt. */
function withKnown(entries: ReadonlyMap<string, CircuitEntry>, keys: Record<string, string>): Manifest {
  const manifest = emptyManifest();
  const known = readManifest()?.circuits ?? {};
  for (const name of circuitNames().reverse()) {
    const kept = known[name];
    const entry = entries.get(name) ?? kept;
    if (entry === undefined) continue;
    if (entry === kept) {
      const text = current(`prover/generated/${name}.vkey.json`);
      if (text === null || sha256(text) !== kept.verificationKey.sha256) continue;
      keys[name] = text;
    }
    manifest.circuits[name] = entry;
  }
  return manifest;
}

/** Names of the circuits in the repository, the largest first. @throws TacitError `NO_SUCH_CIRCUIT` */
function circuitNames(only?: readonly string[]): string[] {
  const all = readdirSync(join(ROOT, "circuits", "main"))
    .filter((file) => file.endsWith(".circom"))
    .map((file) => file.slice(0, -".circom".length))
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  const unknown = only?.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new TacitError("NO_SUCH_CIRCUIT", `there is no circuit ${unknown}`, { hint: `There are ${all.join(", ")}.` });
  }
  return only === undefined ? all : all.filter((name) => only.includes(name));
}

function current(path: string): string | null {
  const full = join(ROOT, path);
  return existsSync(full) ? readFileSync(full, "utf8") : null;
}
