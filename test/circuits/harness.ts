import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { FIELD } from "../../prover/hash/poseidon.ts";
import type { Signals } from "../../prover/prove/inputs.ts";
import { parseR1cs } from "../../prover/setup/r1cs.ts";

const ROOT = new URL("../../", import.meta.url);
const mod = (value: bigint): bigint => ((value % FIELD) + FIELD) % FIELD;

/** What a circuit makes of some inputs: its witness, and whether that witness satisfies every constraint. */
export interface Run {
  readonly satisfied: boolean;
  readonly outputs: readonly bigint[];
  readonly witness: readonly bigint[];
}

export interface Circuit {
  run(inputs: Signals): Promise<Run>;
  /** The wires that can be moved by one, alone, without breaking a constraint: none, in a sound circuit. */
  freeWires(witness: readonly bigint[]): number[];
  readonly constraints: number;
  /** Each constraint's A, B and C as terms, for those who look at the system itself. */
  readonly rows: readonly ConstraintRow[];
  /** Wires are: the constant 1, outputs, public inputs, private inputs, all others. */
  readonly counts: { readonly wires: number; readonly outputs: number; readonly inputs: number };
  /** Every name of a wire; only of what was compiled at O0. */
  readonly names: ReadonlyMap<number, readonly string[]>;
}

/** One statement of a circuit's source put in place of another. */
export interface Mutation {
  /** Path below `circuits/`. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Compiles a main component over the project's templates, optionally with one of them changed.
 * The result is kept by the hash of everything it depends on.
 * @throws Error with the compiler's output when it does not compile
 */
export async function compile(
  main: string,
  mutation?: Mutation,
  level: "--O0" | "--O1" | "--O2" = "--O1",
): Promise<Circuit> {
  const key = createHash("sha256").update(JSON.stringify([await sources(), main, mutation ?? null, level]));
  const folder = `cache/test-circuits/${key.digest("hex").slice(0, 24)}`;
  const at = (path: string) => new URL(`${folder}/${path}`, ROOT);
  const done = await readFile(at("main.r1cs")).catch(() => undefined);
  if (done === undefined) {
    const building = `${folder}.${process.pid}`;
    const inBuilding = (path: string) => new URL(`${building}/${path}`, ROOT);
    await mkdir(inBuilding(""), { recursive: true });
    await cp(new URL("circuits/", ROOT), inBuilding("circuits/"), { recursive: true });
    if (mutation !== undefined) {
      const file = inBuilding(`circuits/${mutation.file}`);
      const source = await readFile(file, "utf8");
      await writeFile(file, source.slice(0, mutation.start) + mutation.text + source.slice(mutation.end));
    }
    await writeFile(inBuilding("main.circom"), main);
    const own = ["lib", "margin", "account"].map((folder) => `${building}/circuits/${folder}`);
    const libraries = [...own, "node_modules/circomlib/circuits"];
    const flags = [`${building}/main.circom`, level, "--r1cs", "--wasm", "--sym", "-o", building];
    try {
      await promisify(execFile)(
        process.execPath,
        ["node_modules/circom2/cli.js", ...flags, ...libraries.flatMap((library) => ["-l", library])],
        { cwd: ROOT },
      );
    } catch (error) {
      await rm(inBuilding(""), { recursive: true, force: true });
      throw new Error(`circom refuses the circuit:\n${(error as { stdout?: string }).stdout ?? error}`);
    }
    await rm(inBuilding("circuits/"), { recursive: true });
    await rm(at(""), { recursive: true, force: true });
    await rename(inBuilding(""), at(""));
  }
  const symbols = level === "--O0" ? await readFile(at("main.sym"), "utf8") : "";
  return load(await readFile(at("main.r1cs")), await readFile(at("main_js/main.wasm")), symbols);
}

let allSources: Promise<string> | undefined;
function sources(): Promise<string> {
  allSources ??= promisify(execFile)(
    "sh",
    ["-c", "cat circuits/lib/*.circom circuits/margin/*.circom circuits/account/*.circom"],
    {
      cwd: ROOT,
    },
  ).then(({ stdout }) => stdout);
  return allSources;
}

/** Opens a compiled circuit so that a refused input still yields the witness a cheating prover would compute. */
export async function load(r1cs: Uint8Array, wasm: Uint8Array<ArrayBuffer>, symbols = ""): Promise<Circuit> {
  const system = parseR1cs(r1cs);
  const rows = readRows(system.rows, system.constraints);
  const module = await WebAssembly.compile(wasm);
  const satisfies = (witness: readonly bigint[]) =>
    rows.every(([a, b, c]) => mod(evaluate(a, witness) * evaluate(b, witness) - evaluate(c, witness)) === 0n);
  return {
    constraints: system.constraints,
    rows,
    counts: {
      wires: system.wires,
      outputs: system.outputs,
      inputs: system.publicInputs + system.privateInputs,
    },
    names: readNames(symbols),
    freeWires: (witness) => freeWires(rows, witness),
    async run(inputs) {
      const witness = await computeWitness(module, inputs);
      return { satisfied: satisfies(witness), outputs: witness.slice(1, 1 + system.outputs), witness };
    },
  };
}

/** Moving one wire by one changes each linear combination by that wire's coefficient, so only its own rows are looked at. */
function freeWires(rows: readonly ConstraintRow[], witness: readonly bigint[]): number[] {
  const free = new Set(Array.from(witness.keys()).slice(1));
  for (const [a, b, c] of rows) {
    const [av, bv, cv] = [evaluate(a, witness), evaluate(b, witness), evaluate(c, witness)];
    const [am, bm, cm] = [new Map(a), new Map(b), new Map(c)];
    for (const wire of [...am.keys(), ...bm.keys(), ...cm.keys()]) {
      if (!free.has(wire)) continue;
      const moved = (av + (am.get(wire) ?? 0n)) * (bv + (bm.get(wire) ?? 0n)) - (cv + (cm.get(wire) ?? 0n));
      if (mod(moved) !== 0n) free.delete(wire);
    }
  }
  return [...free];
}

export type ConstraintRow = readonly [Term[], Term[], Term[]];
export type Term = readonly [wire: number, coefficient: bigint];

function readRows(bytes: Uint8Array, constraints: number): ConstraintRow[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const combination = (): Term[] => {
    const length = view.getUint32(at, true);
    at += 4;
    return Array.from({ length }, () => {
      const wire = view.getUint32(at, true);
      let coefficient = 0n;
      for (let i = 3; i >= 0; i--) coefficient = (coefficient << 64n) | view.getBigUint64(at + 4 + 8 * i, true);
      at += 36;
      return [wire, coefficient] as const;
    });
  };
  return Array.from({ length: constraints }, () => [combination(), combination(), combination()] as const);
}

function evaluate(terms: readonly Term[], witness: readonly bigint[]): bigint {
  let sum = 0n;
  for (const [wire, coefficient] of terms) sum += coefficient * (witness[wire] ?? 0n);
  return sum % FIELD;
}

/** The compiler's list of `label,wire,component,name`. */
function readNames(symbols: string): Map<number, string[]> {
  const names = new Map<number, string[]>();
  for (const line of symbols.split("\n")) {
    const [, wire = "-1", , name = ""] = line.split(",");
    if (Number(wire) > 0) names.set(Number(wire), [...(names.get(Number(wire)) ?? []), name]);
  }
  return names;
}

/** circom's calling convention, with its own assertions ignored: only constraints count against a cheating prover. */
async function computeWitness(module: WebAssembly.Module, inputs: Signals): Promise<bigint[]> {
  const { exports } = await WebAssembly.instantiate(module, {
    runtime: { exceptionHandler() {}, printErrorMessage() {}, writeBufferMessage() {}, showSharedRWMemory() {} },
  });
  const call = exports as Record<string, (...args: number[]) => number>;
  const get = (name: string) =>
    call[name] ??
    (() => {
      throw new Error(`the circuit has no ${name}`);
    });
  get("init")(0);
  const words = get("getFieldNumLen32")();
  for (const [name, value] of Object.entries(inputs)) {
    const hash = fnv1a(name);
    [value].flat(Number.POSITIVE_INFINITY).forEach((item, index) => {
      let rest = mod(item as bigint);
      for (let j = 0; j < words; j++, rest >>= 32n) get("writeSharedRWMemory")(j, Number(rest & 0xffffffffn));
      get("setInputSignal")(Number(hash >> 32n), Number(hash & 0xffffffffn), index);
    });
  }
  return Array.from({ length: get("getWitnessSize")() }, (_, i) => {
    get("getWitness")(i);
    let value = 0n;
    for (let j = words - 1; j >= 0; j--) value = (value << 32n) | BigInt(get("readSharedRWMemory")(j) >>> 0);
    return value;
  });
}

function fnv1a(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const char of text) hash = BigInt.asUintN(64, (hash ^ BigInt(char.charCodeAt(0))) * 0x100000001b3n);
  return hash;
}
