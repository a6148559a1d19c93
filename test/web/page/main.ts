import { CIRCUITS, type CircuitName } from "../../../prover/generated/circuits.ts";
import { openPool } from "../../../prover/kernel/pool.ts";
import { webThread } from "../../../prover/kernel/threads-web.ts";
import type { BackendProof, LoadedKey } from "../../../prover/prove/backend.ts";
import type { KernelBackend } from "../../../prover/prove/backend-kernel.ts";
import { openWebBackend } from "../../../prover/prove/backend-web.ts";
import type { Signals } from "../../../prover/prove/inputs.ts";
import { openWitnessCalculator } from "../../../prover/prove/witness.ts";
import { TacitError } from "../../../prover/units/errors.ts";

/** Milliseconds of a proof from nothing, by stage, and of each one after it. */
export interface BrowserProofs {
  readonly proofs: readonly BackendProof[];
  readonly cold: Readonly<Record<"threads" | "key" | "witness" | "prove" | "total", number>>;
  readonly warm: readonly number[];
}

/** A key as snarkjs has it, or compact. */
export type Form = "zkey" | "ckey";

const bytes = async (path: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await (await fetch(path)).arrayBuffer());

/** Decimal strings to numbers, at any depth. */
const numbers = (value: unknown): unknown => (Array.isArray(value) ? value.map(numbers) : BigInt(value as string));

/** From the server into the threads: a compact key while it arrives. */
async function loadKey(backend: KernelBackend, circuit: CircuitName, form: Form): Promise<LoadedKey> {
  if (form === "zkey") return backend.load(await bytes(`/${circuit}.zkey`));
  const { body } = await fetch(`/${circuit}.ckey`);
  if (body === null) throw new Error("the key has no body");
  return backend.loadStream(body, CIRCUITS[circuit].compactKey);
}

async function prove(circuit: CircuitName, form: Form, threads: number, warm: number): Promise<BrowserProofs> {
  const stages: Record<string, number> = {};
  const begin = performance.now();
  const stage = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    stages[name] = performance.now() - start;
    return result;
  };
  const backend = await stage("threads", () => openWebBackend({ threads }));
  const key = await stage("key", () => loadKey(backend, circuit, form));
  const witness = await stage("witness", async () => {
    const [program, inputs] = await Promise.all([bytes(`/${circuit}.wasm`), bytes(`/${circuit}.json`)]);
    const calculate = await openWitnessCalculator(program);
    const signals = Object.entries(JSON.parse(new TextDecoder().decode(inputs)) as object);
    return calculate(Object.fromEntries(signals.map(([name, value]) => [name, numbers(value)])) as Signals);
  });
  const proofs = [await stage("prove", () => key.prove(witness))];
  const cold = { ...stages, total: performance.now() - begin } as BrowserProofs["cold"];
  const after: number[] = [];
  for (let i = 0; i < warm; i++) {
    const made = await key.prove(witness);
    proofs.push(made);
    after.push(made.phases.total ?? Number.NaN);
  }
  await backend.close();
  return { proofs, cold, warm: after };
}

/** Opens a pool of one worker with this script, and gives what came of it. */
async function openScript(script: string, patience: number): Promise<{ code: string; message: string }> {
  // The smallest module there is.
  const module = await WebAssembly.compile(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  const worker = new Worker(script, { type: "module" });
  try {
    const pool = await openPool(module, [webThread(worker)], { patience });
    await pool.close();
    return { code: "", message: "opened" };
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    return { code: error.code, message: error.message };
  }
}

const page = { prove, openScript };
export type Page = typeof page;
Object.assign(globalThis, { page });
