import { parseArgs } from "node:util";
import { groth16 } from "snarkjs";
import { MARGIN_NAMES, type MarginName } from "../../prover/generated/circuits.ts";
import type { Backend, ProvingPhases } from "../../prover/prove/backend.ts";
import { openSnarkjsBackend } from "../../prover/prove/backend-snarkjs.ts";
import { openWasmBackend } from "../../prover/prove/backend-wasm.ts";
import { realWitness } from "./inputs.ts";

/**
 * Proves one witness with snarkjs and with the WASM kernel in turn, warm, and prints the ratio of their medians: on a
 * shared machine only times taken side by side mean anything.
 *   --only NAME     circuit (default margin_16)
 *   --runs N        proofs of each (default 7)
 *   --threads N     of the kernel (default 2); snarkjs uses its own default
 *   --json          one JSON document
 */
const { values } = parseArgs({
  options: {
    only: { type: "string", default: "margin_16" },
    runs: { type: "string", default: "7" },
    threads: { type: "string", default: "2" },
    json: { type: "boolean" },
  },
});
const name = values.only as MarginName;
if (!MARGIN_NAMES.includes(name)) throw new RangeError(`there is no circuit ${name}`);

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const { zkey, witness, verificationKey } = await realWitness(name);
const backends: Backend[] = [await openSnarkjsBackend(), await openWasmBackend({ threads: Number(values.threads) })];
const measured = await Promise.all(
  backends.map(async (backend) => {
    const start = performance.now();
    const key = await backend.load(zkey);
    return { backend, key, load: performance.now() - start, runs: [] as ProvingPhases[] };
  }),
);
for (let run = -1; run < Number(values.runs); run++) {
  for (const { key, backend, runs } of measured) {
    const { proof, publicSignals, phases } = await key.prove(witness);
    if (!(await groth16.verify(verificationKey, publicSignals, proof))) throw new Error(`${backend.name}: no proof`);
    if (run >= 0) runs.push(phases);
  }
}
const figures = measured.map(({ backend, load, runs }) => ({
  backend: backend.name,
  loadMs: Math.round(load),
  ms: Object.fromEntries(
    Object.keys(runs[0] ?? {}).map((phase) => [phase, Math.round(median(runs.map((run) => run[phase] ?? 0)))]),
  ),
}));
const [slow, fast] = figures.map(({ ms }) => ms.total ?? Number.NaN);
const wasmRatio = Number(((fast ?? Number.NaN) / (slow ?? Number.NaN)).toFixed(3));
if (values.json) console.log(JSON.stringify({ circuit: name, threads: Number(values.threads), wasmRatio, figures }));
else {
  console.log(
    `${name}, ${values.threads} threads, medians of ${values.runs}: WASM takes ${wasmRatio} of snarkjs' time`,
  );
  for (const { backend, loadMs, ms } of figures) console.log(`${backend}: load ${loadMs} ms,`, ms);
}
for (const { backend } of measured) await backend.close();
