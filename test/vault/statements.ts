import { chooseBackend, openBackend } from "#backends";
import { toGateProof } from "../../prover/chain/calldata.ts";
import { CIRCUITS } from "../../prover/generated/circuits.ts";
import { openCircuits } from "../../prover/prove/circuits.ts";
import type { Signals } from "../../prover/prove/inputs.ts";
import type { Checked } from "../contracts/commonCheck.ts";

/** Proves what a vault takes, and says of what. */
export interface Statements extends AsyncDisposable {
  prove(name: "transition" | "disclose", inputs: Signals): Promise<Checked>;
}

export async function openStatements(): Promise<Statements> {
  await chooseBackend({});
  const circuits = openCircuits(() => openBackend({}));
  return {
    async prove(name, inputs) {
      const circuit = await circuits.open(name);
      const { proof, publicSignals } = await circuit.prove(await circuit.calculate(inputs));
      if (publicSignals.length !== CIRCUITS[name].signals.length) throw new Error("the proof has other signals");
      return { proof: toGateProof(proof as Parameters<typeof toGateProof>[0]), signals: publicSignals.map(BigInt) };
    },
    [Symbol.asyncDispose]: () => circuits.close(),
  };
}
