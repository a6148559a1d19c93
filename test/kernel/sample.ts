import { join } from "node:path";
import { zKey } from "snarkjs";
import { readStored } from "../../prover/prove/store.ts";
import { openWitnessCalculator } from "../../prover/prove/witness.ts";
import { makeKey } from "../../prover/setup/key.ts";
import { openMultiplier } from "../../prover/setup/pool.ts";
import { developmentSecrets } from "../../prover/setup/secrets.ts";
import { compileCircuit } from "../../scripts/compile.ts";

export interface Sample {
  readonly zkey: Uint8Array;
  readonly witness: Uint8Array;
  readonly verificationKey: unknown;
}

/** A small circuit's key with wires of every kind, and a witness for it. */
export async function sampleKey(): Promise<Sample> {
  const { r1cs, wasm } = await compileCircuit(join(import.meta.dirname, "../setup/sample.circom"));
  const [constraints, program] = [await readStored(r1cs, "r1cs"), await readStored(wasm, "wasm")];
  if (constraints === null || program === null) throw new Error("the sample circuit is not in the store");
  await using multiplier = await openMultiplier();
  const zkey = await makeKey(constraints, developmentSecrets(constraints), multiplier);
  const calculate = await openWitnessCalculator(program);
  return {
    zkey,
    witness: await calculate({ product: 15n, unused: 7n, left: 3n, right: 5n }),
    verificationKey: await zKey.exportVerificationKey({ type: "mem", data: zkey }),
  };
}
