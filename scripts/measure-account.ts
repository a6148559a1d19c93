import { loadArtifacts } from "../prover/prove/artifacts.ts";
import { openBackend } from "../prover/prove/backends.ts";
import { checkPairing } from "../prover/prove/pairing.ts";
import type { ProofCost } from "../prover/prove/prover.ts";
import { openWitnessCalculator } from "../prover/prove/witness.ts";
import { type AccountCircuit, accountInputs } from "./kernel/accountInputs.ts";

/**
 * `transition` or `disclose` in a process of its own, as `measure.ts` does for a margin circuit.
 *   measure-account.ts transition RUNS THREADS
 */
const name = process.argv[2] as AccountCircuit;
const [runs, threads] = [Number(process.argv[3]), Number(process.argv[4])];
const seconds = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
  const start = performance.now();
  return [await work(), (performance.now() - start) / 1000];
};
const backend = await openBackend({ threads });
const costs: ProofCost[] = [];
const [{ key, calculate, verificationKey }, loading] = await seconds(async () => {
  const { zkey, wasm, verificationKey } = await loadArtifacts(name);
  return { key: await backend.load(zkey), calculate: await openWitnessCalculator(wasm), verificationKey };
});
for (let run = 0; run <= runs; run++) {
  const [witness, computing] = await seconds(async () => calculate(await accountInputs(name, run)));
  const [made, proving] = await seconds(() => key.prove(witness));
  const [refusal, verifying] = await seconds(() => checkPairing(verificationKey, made.publicSignals, made.proof));
  if (refusal !== null) throw new Error(`${name} made a proof that does not verify: ${refusal}`);
  costs.push({
    seconds: {
      "loading keys": run === 0 ? loading : 0,
      "building the tree": 0,
      "computing the witness": computing,
      proving,
      verifying,
    },
    peakMemory: process.resourceUsage().maxRSS * 1024,
  });
}
await backend.close();
console.log(JSON.stringify(costs));
