import { loadVerificationKey } from "#artifacts";
import { type GateProof, toGateProof } from "../chain/calldata.ts";
import { CIRCUITS } from "../generated/circuits.ts";
import type { Circuits } from "../prove/circuits.ts";
import type { Signals } from "../prove/inputs.ts";
import { checkPairing } from "../prove/pairing.ts";
import { TacitError } from "../units/errors.ts";

type VaultCircuit = "transition" | "disclose";

/**
 * Proves one of the vault's statements and verifies the proof, against the public signals as they were put in, before
 * returning it.
 * @throws TacitError `UNSATISFIED`, `PROOF_REFUSED`, and those of `Circuits.open`
 */
export async function proveStatement(circuits: Circuits, name: VaultCircuit, inputs: Signals): Promise<GateProof> {
  const circuit = await circuits.open(name);
  const { proof } = await circuit.prove(await circuit.calculate(inputs));
  const signals = CIRCUITS[name].signals.map((signal) => String(inputs[signal]));
  const refusal = await checkPairing(await loadVerificationKey(name), signals, proof);
  if (refusal !== null) {
    throw new TacitError("PROOF_REFUSED", `the proof just made does not verify: ${refusal}`, {
      hint: "The key may be damaged: run `npm run build`, then try again.",
    });
  }
  return toGateProof(proof as Parameters<typeof toGateProof>[0]);
}
