import { type AccountState, commit, randomSecret } from "../account/state.ts";
import type { Change } from "../account/transition.ts";
import type { GateProof } from "../chain/calldata.ts";
import type { Circuits } from "../prove/circuits.ts";
import { transitionInputs } from "../prove/transitionInputs.ts";
import { proveStatement } from "./prove.ts";

/** A change of an account, proven. */
export interface ProvenStep {
  readonly change: Change;
  /** Secret, as every state. */
  readonly after: AccountState;
  /** To `after`. */
  readonly commitment: bigint;
  readonly proof: GateProof;
}

/**
 * Proves that one change leads from a state to the next, whose salt is new.
 * @param request.context the vault's, for the account and its count of transitions
 * @throws TacitError of `applyChange` and `proveStatement`
 */
export async function proveStep(
  circuits: Circuits,
  request: { readonly before: AccountState; readonly change: Change; readonly context: bigint },
): Promise<ProvenStep> {
  const { inputs, after } = await transitionInputs({ ...request, salt: randomSecret() });
  const proof = await proveStatement(circuits, "transition", inputs);
  return { change: request.change, after, commitment: await commit(after), proof };
}
