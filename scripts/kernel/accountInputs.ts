import { disclosureChallenge } from "../../prover/chain/context.ts";
import { publicPoint } from "../../prover/hash/babyjub.ts";
import { disclosureInputs } from "../../prover/prove/disclosureInputs.ts";
import { transitionInputs } from "../../prover/prove/transitionInputs.ts";
import type { Cash, Quantity } from "../../prover/units/units.ts";

export type AccountCircuit = "transition" | "disclose";

const account = {
  accountId: 77n,
  cash: 0n as Cash,
  positions: Array.from({ length: 32 }, (_, i) => ({ id: 256 + i, quantity: BigInt(i - 16) as Quantity })),
  salt: 1n,
};

/** A deposit into a full account, or the disclosure of one. @param run makes another statement of the same size */
export async function accountInputs(name: AccountCircuit, run = 0) {
  if (name === "disclose") {
    const guardian = await publicPoint(12_345n);
    const secret = BigInt(run + 2);
    return (await disclosureInputs({ state: account, guardian, secret, challenge: disclosureChallenge })).inputs;
  }
  const change = { mode: "transfer", asset: 0, amount: 1_000_000n } as const;
  return (await transitionInputs({ before: account, change, salt: BigInt(run + 2), context: 7n })).inputs;
}
