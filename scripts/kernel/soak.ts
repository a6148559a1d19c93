import { parseArgs } from "node:util";
import { buildBn128 } from "ffjavascript";
import { groth16 } from "snarkjs";
import type { MarginName } from "../../prover/generated/circuits.ts";
import { openWasmBackend } from "../../prover/prove/backend-wasm.ts";
import { realWitness } from "./inputs.ts";

/** Makes many proofs with one backend, verifies each, and prints the process' memory as it goes. */
const { values } = parseArgs({
  options: { only: { type: "string", default: "margin_4" }, proofs: { type: "string", default: "1000" } },
});
const { zkey, witness, verificationKey } = await realWitness(values.only as MarginName);
const backend = await openWasmBackend({ threads: 2 });
const key = await backend.load(zkey);
for (let i = 1; i <= Number(values.proofs); i++) {
  const { proof, publicSignals } = await key.prove(witness);
  if (!(await groth16.verify(verificationKey, publicSignals, proof))) throw new Error(`proof ${i} does not verify`);
  if (i % 10 === 0) console.log(`${i} proofs, ${Math.round(process.memoryUsage().rss / 1e6)} MB resident`);
}
await backend.close();
await (await buildBn128()).terminate();
