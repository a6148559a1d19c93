import { spawn } from "node:child_process";
import { createReadStream, rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { putStored, readStored, type Stored } from "../prover/prove/store.ts";
import { nonZeros, parseR1cs } from "../prover/setup/r1cs.ts";
import { TacitError } from "../prover/units/errors.ts";
import { cached } from "./records.ts";
import { circuitSources, hashSources } from "./sources.ts";

const require = createRequire(import.meta.url);

/** The repository's root folder. */
export const ROOT = join(import.meta.dirname, "..");
/** Where an include is looked for, after the folder of the file that has it. */
export const LIBRARIES = ["circuits/lib", "circuits/margin", "circuits/account", "node_modules/circomlib/circuits"].map(
  (path) => join(ROOT, path),
);
export const COMPILER = { name: "circom2", version: (require("circom2/package.json") as { version: string }).version };

/** Raise it when the meaning of a cached record changes. */
const RECORD = 1;

/** What the compiler made of a circuit; the files are in the store. */
export interface Compiled {
  r1cs: Stored;
  wasm: Stored;
  /** Outputs, then public inputs, as the contract and the verifier see them. */
  publicSignals: string[];
  constraints: number;
  wires: number;
  nonZeros: { a: number; b: number; c: number };
}

export interface CompileOptions {
  /** What ships is O2; tests also run on O1. */
  optimisation?: "O1" | "O2";
  /** Called when there is something to do, so that the caller can say so. */
  onStart?: () => void;
}

/**
 * Compiles a circuit, or finds it in the cache by the hash of all its sources, the compiler and its flags.
 * @param main a file below the repository's root: the compiler reads nothing outside it
 * @throws TacitError `CIRCUIT_ERROR` with the compiler's words
 */
export async function compileCircuit(main: string, options: CompileOptions = {}): Promise<Compiled> {
  const optimisation = options.optimisation ?? "O2";
  const sources = hashSources(ROOT, circuitSources(main, LIBRARIES));
  const inputs = { RECORD, sources, compiler: COMPILER, optimisation, main: relative(ROOT, main) };
  return cached("circuits", inputs, isWhole, async () => {
    options.onStart?.();
    return compile(main, optimisation);
  });
}

async function compile(main: string, optimisation: string): Promise<Compiled> {
  const name = basename(main, ".circom");
  await mkdir(join(ROOT, ".tacit"), { recursive: true });
  const folder = await mkdtemp(join(ROOT, ".tacit", `${name}-`));
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", clean);
  try {
    await runCompiler([
      main,
      ...["--r1cs", "--wasm", "--sym", `--${optimisation}`, "-o", folder],
      ...LIBRARIES.flatMap((library) => ["-l", library]),
    ]);
    const r1csFile = await readFile(join(folder, `${name}.r1cs`));
    const r1cs = parseR1cs(r1csFile);
    return {
      r1cs: await putStored(r1csFile, "r1cs"),
      wasm: await putStored(await readFile(join(folder, `${name}_js`, `${name}.wasm`)), "wasm"),
      publicSignals: await publicSignals(join(folder, `${name}.sym`), r1cs.outputs + r1cs.publicInputs),
      constraints: r1cs.constraints,
      wires: r1cs.wires,
      nonZeros: nonZeros(r1cs),
    };
  } finally {
    process.off("exit", clean);
    clean();
  }
}

async function isWhole(compiled: Compiled): Promise<boolean> {
  const files = [await readStored(compiled.r1cs, "r1cs"), await readStored(compiled.wasm, "wasm")];
  return !files.includes(null);
}

async function runCompiler(args: string[]): Promise<void> {
  const compiler = join(dirname(require.resolve("circom2/package.json")), "cli.js");
  const child = spawn(process.execPath, [compiler, ...args], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const stop = (): void => void child.kill();
  process.once("exit", stop);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).finally(() => process.off("exit", stop));
  const said = stripVTControlCharacters(output).trim();
  if (code !== 0) {
    throw new TacitError("CIRCUIT_ERROR", `${relative(ROOT, args[0] ?? "")} does not compile\n${said}`);
  }
  if (/^warning/m.test(said)) process.stderr.write(`${relative(ROOT, args[0] ?? "")}:\n${said}\n`);
}

/** The names of wires 1..count, from the compiler's list `label,wire,component,name`. */
async function publicSignals(symbols: string, count: number): Promise<string[]> {
  const names = new Map<number, string>();
  const lines = createInterface({ input: createReadStream(symbols) });
  for await (const line of lines) {
    const [, wire = "", , name = ""] = line.split(",");
    if (Number(wire) >= 1 && Number(wire) <= count && /^main\.[^.]+$/.test(name))
      names.set(Number(wire), name.slice(5));
    if (names.size === count) break;
  }
  return Array.from({ length: count }, (_, i) => names.get(i + 1) ?? `signal${i + 1}`);
}
