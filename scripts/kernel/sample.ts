import { join } from "node:path";
import { readStored } from "../../prover/prove/store.ts";
import { openWitnessCalculator } from "../../prover/prove/witness.ts";
import { makeKey } from "../../prover/setup/key.ts";
import { openMultiplier } from "../../prover/setup/pool.ts";
import { developmentSecrets } from "../../prover/setup/secrets.ts";
import { compileCircuit } from "../compile.ts";

/** The smallest circuit of the tests, a development key for it, and a witness. */
export async function sampleKey(): Promise<{ zkey: Uint8Array; witness: Uint8Array }> {
  const { r1cs, wasm } = await compileCircuit(join(import.meta.dirname, "../../test/setup/sample.circom"));
  const [constraints, program] = [await readStored(r1cs, "r1cs"), await readStored(wasm, "wasm")];
  if (constraints === null || program === null) throw new Error("the sample circuit is not in the store");
  await using multiplier = await openMultiplier();
  const zkey = await makeKey(constraints, developmentSecrets(constraints), multiplier);
  const calculate = await openWitnessCalculator(program);
  return { zkey, witness: await calculate({ product: 15n, unused: 7n, left: 3n, right: 5n }) };
}
