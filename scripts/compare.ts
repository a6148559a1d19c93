import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Groth16Proof } from "snarkjs";
import type { CircuitName } from "../prover/generated/circuits.ts";
import { BACKEND_NAMES, type BackendName } from "../prover/prove/backend.ts";
import { chooseBackend, openBackend } from "../prover/prove/backends.ts";
import { checkPairing } from "../prover/prove/pairing.ts";
import { TacitError } from "../prover/units/errors.ts";
import { realWitness } from "./kernel/inputs.ts";
import { median } from "./median.ts";

/**
 * Proves one witness of a circuit with every backend in turn, warm, each with its key in memory: on a shared machine only
 * times taken side by side mean anything. Prints one JSON line for `bench.ts`, a `Comparison`.
 *   compare.ts margin_16 RUNS THREADS
 */
export interface BackendFigures {
  readonly path: string;
  readonly threads: number;
  /** From the file in memory to ready. */
  readonly loadMs: number;
  /** Medians of the warm proofs: the whole, as its caller sees it, and the parts the backend tells of. */
  readonly proveMs: number;
  readonly phasesMs: Readonly<Record<string, number>>;
  /** `proveMs` against snarkjs'. */
  readonly ratioToSnarkjs: number;
}

export interface Comparison {
  readonly runs: number;
  /** Null where the backend is not there. */
  readonly backends: Readonly<Record<BackendName, BackendFigures | null>>;
  /**
   * The program that `RAPIDSNARK` names, with as many threads as it likes: each time a process that starts, reads the
   * key from a file and proves, since it keeps nothing in memory.
   */
  readonly rapidsnark: { readonly processMs: number; readonly ratioToSnarkjs: number } | null;
}

interface Proven {
  readonly proof: Groth16Proof;
  readonly publicSignals: readonly string[];
  readonly phases: Readonly<Record<string, number>>;
}

/** One that takes its turn. */
interface Contestant {
  readonly name: BackendName | "rapidsnark";
  readonly path: string;
  readonly threads: number;
  readonly loadMs: number;
  prove(): Promise<Proven>;
  close(): Promise<void>;
}

const [circuit, runs, threads] = [process.argv[2] as CircuitName, Number(process.argv[3]), Number(process.argv[4])];
const { zkey, witness, verificationKey } = await realWitness(circuit);
const contestants: Contestant[] = [];
for (const name of BACKEND_NAMES) {
  const there = await chooseBackend({ backend: name }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof TacitError && error.code === "BACKEND_MISSING") return false;
      throw error;
    },
  );
  if (there) contestants.push(await openContestant(name));
}
const { RAPIDSNARK } = process.env;
if (RAPIDSNARK) contestants.push(await openRapidsnark(RAPIDSNARK));

const times = new Map(
  contestants.map(({ name }) => [name, [] as { ms: number; phases: Readonly<Record<string, number>> }[]]),
);
// The first round warms up.
for (let run = -1; run < runs; run++) {
  for (const contestant of contestants) {
    const start = performance.now();
    const { proof, publicSignals, phases } = await contestant.prove();
    const ms = performance.now() - start;
    const refusal = await checkPairing(verificationKey, publicSignals, proof);
    if (refusal !== null) throw new Error(`${contestant.name} made no proof: ${refusal}`);
    if (run >= 0) times.get(contestant.name)?.push({ ms, phases });
  }
}
for (const contestant of contestants) await contestant.close();

const timeOf = (name: Contestant["name"]): number => median((times.get(name) ?? []).map(({ ms }) => ms));
const ratio = (name: Contestant["name"]): number => Number((timeOf(name) / timeOf("snarkjs")).toFixed(4));
const figures = (name: BackendName): BackendFigures | null => {
  const contestant = contestants.find((other) => other.name === name);
  const made = times.get(name) ?? [];
  if (contestant === undefined) return null;
  const { path, threads, loadMs } = contestant;
  const phasesMs = Object.fromEntries(
    Object.keys(made[0]?.phases ?? {}).map((phase) => [
      phase,
      rounded(median(made.map(({ phases }) => phases[phase] ?? 0))),
    ]),
  );
  return {
    path,
    threads,
    loadMs: rounded(loadMs),
    proveMs: rounded(timeOf(name)),
    phasesMs,
    ratioToSnarkjs: ratio(name),
  };
};
const comparison: Comparison = {
  runs,
  backends: { native: figures("native"), wasm: figures("wasm"), snarkjs: figures("snarkjs") },
  rapidsnark: RAPIDSNARK ? { processMs: rounded(timeOf("rapidsnark")), ratioToSnarkjs: ratio("rapidsnark") } : null,
};
console.log(JSON.stringify(comparison));

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}

async function openContestant(name: BackendName): Promise<Contestant> {
  const backend = await openBackend(name === "snarkjs" ? { backend: name } : { backend: name, threads });
  const start = performance.now();
  const key = await backend.load(zkey);
  const loadMs = performance.now() - start;
  const { path, close } = backend;
  return { name, path, threads: backend.threads, loadMs, prove: () => key.prove(witness), close };
}

/** Key and witness as files in a folder of their own, which goes when it is closed. */
async function openRapidsnark(program: string): Promise<Contestant> {
  const folder = await mkdtemp(join(tmpdir(), "tacit-rapidsnark-"));
  const [keyFile, witnessFile, proofFile, signalsFile] = ["zkey", "wtns", "proof", "public"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  await writeFile(keyFile, zkey);
  await writeFile(witnessFile, witness);
  const read = async (path: string) => JSON.parse(await readFile(path, "utf8"));
  return {
    name: "rapidsnark",
    path: program,
    threads: cpus().length,
    loadMs: 0,
    async prove() {
      await promisify(execFile)(program, [keyFile, witnessFile, proofFile, signalsFile]);
      return { proof: await read(proofFile), publicSignals: await read(signalsFile), phases: {} };
    },
    close: () => rm(folder, { recursive: true }),
  };
}
