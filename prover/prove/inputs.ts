import { type AccountState, commit } from "../account/state.ts";
import { toField } from "../hash/poseidon.ts";
import { provableParams, type RowTree, type Shape, TREE } from "../market/tree.ts";
import type { RequirementSet } from "../risk/types.ts";
import { TacitError } from "../units/errors.ts";
import type { Coverage } from "../units/units.ts";

/** The values of a circuit's input signals, by name; nested arrays in the circuit's own order. */
export type Signals = Record<string, bigint | readonly unknown[]>;

/** What a margin proof states about an account, before it is known whether it is healthy. */
export interface MarginStatement {
  readonly account: AccountState;
  readonly set: RequirementSet;
  readonly tree: RowTree;
  readonly requirementRoot: bigint;
  readonly setId: bigint;
  readonly timestamp: number;
  readonly coverage: Coverage;
  readonly context: bigint;
}

/**
 * An account's lanes with their rows, as every circuit that opens both takes them; empty slots hold id 0.
 * @throws TacitError `TOO_MANY_POSITIONS`, `UNKNOWN_INSTRUMENT`
 */
export function openedLanes(account: AccountState, tree: RowTree, size: number): Signals {
  if (account.positions.length > size) {
    throw new TacitError("TOO_MANY_POSITIONS", `${account.positions.length} positions do not fit a circuit of ${size}`);
  }
  const slots = Array.from({ length: size }, (_, i) => account.positions[i] ?? { id: 0, quantity: 0n });
  const openings = slots.map(({ id }) => tree.open(id));
  const rows = openings.map(({ row }) => row);
  return {
    accountId: account.accountId,
    cash: toField(account.cash),
    salt: account.salt,
    id: slots.map(({ id }) => BigInt(id)),
    quantity: slots.map(({ quantity }) => toField(quantity)),
    bucket: rows.map((row) => BigInt(row.bucket)),
    delta: rows.map((row) => toField(row.delta)),
    if_long: openings.map(({ sides }) => sides[0]),
    if_short: openings.map(({ sides }) => sides[1]),
    pair: openings.map(({ pairs }) => pairs),
    siblings: openings.map(({ siblings }) => siblings),
    cap: tree.cap,
  };
}

/**
 * The inputs of `margin_P` with `size` slots.
 * @throws TacitError `TOO_MANY_POSITIONS`, `UNKNOWN_INSTRUMENT`, `TOO_LARGE`, `TOO_FINE`
 */
export async function marginInputs(statement: MarginStatement, size: number, shape: Shape = TREE): Promise<Signals> {
  const { account, set, tree } = statement;
  return {
    commitment: await commit(account),
    requirementRoot: statement.requirementRoot,
    coverage: statement.coverage,
    context: statement.context,
    ...openedLanes(account, tree, size),
    ...provableParams(set, shape),
    setId: statement.setId,
    timestamp: BigInt(statement.timestamp),
  };
}
