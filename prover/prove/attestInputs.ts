import { type AccountState, LANES } from "../account/state.ts";
import type { AttestSignals } from "../attest/signals.ts";
import { encodeParams, type RowTree, type Shape, TREE } from "../market/tree.ts";
import type { RequirementSet } from "../risk/types.ts";
import { openedLanes, type Signals } from "./inputs.ts";

/** An account and what is to be shown of it. */
export interface AttestStatement {
  readonly account: AccountState;
  /** The set whose root is among the signals. */
  readonly set: RequirementSet;
  readonly tree: RowTree;
  readonly setId: bigint;
  readonly timestamp: number;
  readonly signals: AttestSignals;
}

/**
 * The inputs of `attest`, whose witness exists only where every claim is true.
 * @param lanes of the circuit
 * @throws TacitError `TOO_MANY_POSITIONS`, `UNKNOWN_INSTRUMENT`, `TOO_LARGE`, `TOO_FINE`
 */
export function attestInputs(statement: AttestStatement, lanes: number = LANES, shape: Shape = TREE): Signals {
  const { account, set, tree, signals } = statement;
  return {
    ...signals,
    ...openedLanes(account, tree, lanes),
    word: encodeParams(set, shape),
    setId: statement.setId,
    timestamp: BigInt(statement.timestamp),
  };
}
