import { groth16 } from "snarkjs";
import { disclosureChallenge } from "../prover/chain/context.ts";
import { publicPoint } from "../prover/hash/babyjub.ts";
import { loadArtifacts } from "../prover/prove/artifacts.ts";
import { openSnarkjsBackend } from "../prover/prove/backend-snarkjs.ts";
import { disclosureInputs } from "../prover/prove/disclosureInputs.ts";
import type { ProofCost } from "../prover/prove/prover.ts";
import { transitionInputs } from "../prover/prove/transitionInputs.ts";
import { openWitnessCalculator } from "../prover/prove/witness.ts";
import type { Cash, Quantity } from "../prover/units/units.ts";

/**
 * `transition` or `disclose` in a process of its own, as `measure.ts` does for a margin circuit: a deposit into a full
 * account, or the disclosure of one. Prints one JSON line for `bench.ts`.
 */
const name = process.argv[2] as "transition" | "disclose";
const runs = Number(process.argv[3]);
const account = {
  accountId: 77n,
  cash: 0n as Cash,
  positions: Array.from({ length: 32 }, (_, i) => ({ id: 256 + i, quantity: BigInt(i - 16) as Quantity })),
  salt: 1n,
};
const guardian = await publicPoint(12_345n);

async function inputs(run: number) {
  if (name === "disclose") {
    const secret = BigInt(run + 2);
    return (await disclosureInputs({ state: account, guardian, secret, challenge: disclosureChallenge })).inputs;
  }
  const change = { mode: "transfer", asset: 0, amount: 1_000_000n } as const;
  return (await transitionInputs({ before: account, change, salt: BigInt(run + 2), context: 7n })).inputs;
}

const seconds = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
  const start = performance.now();
  return [await work(), (performance.now() - start) / 1000];
};
const backend = await openSnarkjsBackend();
const costs: ProofCost[] = [];
const [{ key, calculate, verificationKey }, loading] = await seconds(async () => {
  const { zkey, wasm, verificationKey } = await loadArtifacts(name);
  return { key: await backend.load(zkey), calculate: await openWitnessCalculator(wasm), verificationKey };
});
for (let run = 0; run <= runs; run++) {
  const [witness, computing] = await seconds(async () => calculate(await inputs(run)));
  const [made, proving] = await seconds(() => key.prove(witness));
  const [holds, verifying] = await seconds(() => groth16.verify(verificationKey, made.publicSignals, made.proof));
  if (!holds) throw new Error(`${name} made a proof that does not verify`);
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
