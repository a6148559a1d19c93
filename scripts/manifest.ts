import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Stored, sha256 } from "../prover/prove/store.ts";
import { TacitError } from "../prover/units/errors.ts";
import { COMPILER, type Compiled, ROOT } from "./compile.ts";
import type { Keys } from "./keys.ts";

export const MANIFEST = "circuits/manifest.json";

/** The one description of what was built; everything else that names a circuit's numbers is generated from it. */
export interface Manifest {
  version: 1;
  compiler: { name: string; version: string; flags: string[] };
  circuits: Record<string, CircuitEntry>;
}

export interface CircuitEntry {
  template: string;
  /** The template's parameters by name. */
  parameters: Record<string, number>;
  publicSignals: string[];
  constraints: number;
  wires: number;
  nonZeros: { a: number; b: number; c: number; total: number };
  /** Anybody can forge proofs for a `development` key: its secrets are published. */
  setup: "development" | "ceremony";
  r1cs: Stored;
  wasm: Stored;
  zkey: Stored;
  /** The same key, for the wire. */
  compactKey: Stored;
  verificationKey: Stored;
}

export function emptyManifest(): Manifest {
  return { version: 1, compiler: { ...COMPILER, flags: ["--O2"] }, circuits: {} };
}

/** The manifest in the repository, or null if it was never made. */
export function readManifest(): Manifest | null {
  try {
    return JSON.parse(readFileSync(join(ROOT, MANIFEST), "utf8")) as Manifest;
  } catch {
    return null;
  }
}

export function circuitEntry(
  main: string,
  sources: ReadonlyMap<string, string>,
  built: Compiled,
  keys: Keys,
  compactKey: Stored,
): CircuitEntry {
  const { a, b, c } = built.nonZeros;
  const vkey = Buffer.from(keys.verificationKey);
  return {
    ...mainComponent(main, sources),
    publicSignals: built.publicSignals,
    constraints: built.constraints,
    wires: built.wires,
    nonZeros: { a, b, c, total: a + b + c },
    setup: "development",
    r1cs: built.r1cs,
    wasm: built.wasm,
    zkey: keys.zkey,
    compactKey,
    verificationKey: { sha256: sha256(vkey), bytes: vkey.length },
  };
}

/** The template that a circuit's `component main` instantiates, with its parameters by their names. */
function mainComponent(
  main: string,
  sources: ReadonlyMap<string, string>,
): Pick<CircuitEntry, "template" | "parameters"> {
  const [, template = "", values = ""] = /component main[^=]*=\s*(\w+)\(([^)]*)\)/.exec(sources.get(main) ?? "") ?? [];
  const definition = [...sources.values()]
    .map((text) => new RegExp(`^template\\s+${template}\\(([^)]*)\\)`, "m").exec(text))
    .find((match) => match !== null);
  const list = (text: string): string[] => text.split(",").flatMap((part) => part.trim() || []);
  const names = list(definition?.[1] ?? "");
  const numbers = list(values).map(Number);
  if (template === "" || names.length !== numbers.length || numbers.some((number) => !Number.isInteger(number))) {
    throw new TacitError("BAD_MAIN", `${main}: "component main" must instantiate a template with plain numbers`);
  }
  return { template, parameters: Object.fromEntries(names.map((name, i) => [name, numbers[i] as number])) };
}
