import { type AccountState, commit } from "../account/state.ts";
import { toField } from "../hash/poseidon.ts";
import { type RowTree, type Shape, TREE } from "../market/tree.ts";
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
 * The inputs of `margin_P` with `size` slots; empty slots hold id 0.
 * @throws TacitError `TOO_MANY_POSITIONS`, `UNKNOWN_INSTRUMENT`
 */
export async function marginInputs(statement: MarginStatement, size: number, shape: Shape = TREE): Promise<Signals> {
  const { account, set, tree } = statement;
  if (account.positions.length > size) {
    throw new TacitError("TOO_MANY_POSITIONS", `${account.positions.length} positions do not fit a circuit of ${size}`);
  }
  const slots = Array.from({ length: size }, (_, i) => account.positions[i] ?? { id: 0, quantity: 0n });
  const openings = slots.map(({ id }) => tree.open(id));
  const rows = openings.map(({ row }) => row);
  const scenarios = Array.from({ length: shape.scenarios }, (_, s) => set.scenarios[s]);
  const buckets = Array.from({ length: shape.buckets }, (_, b) => set.buckets[b]);
  const tiers = Array.from({ length: shape.tiers }, (_, j) => j);
  return {
    commitment: await commit(account),
    requirementRoot: statement.requirementRoot,
    coverage: statement.coverage,
    context: statement.context,
    accountId: account.accountId,
    cash: toField(account.cash),
    salt: account.salt,
    id: slots.map(({ id }) => BigInt(id)),
    quantity: slots.map(({ quantity }) => toField(quantity)),
    bucket: rows.map((row) => BigInt(row.bucket)),
    mark: rows.map((row) => toField(row.mark)),
    delta: rows.map((row) => toField(row.delta)),
    long: rows.map((row) => row.long),
    short: rows.map((row) => row.short),
    pair: openings.map(({ pairs }) => pairs),
    siblings: openings.map(({ siblings }) => siblings),
    cap: tree.cap,
    weight: scenarios.map((scenario) => scenario?.weight ?? 0n),
    gain: buckets.map((bucket) => bucket?.gain ?? 0n),
    loss: buckets.map((bucket) => bucket?.loss ?? 0n),
    a: buckets.map((bucket) => bucket?.a ?? 0n),
    h: buckets.map((bucket) => bucket?.h ?? 0n),
    rate: buckets.map((bucket) => tiers.map((j) => bucket?.tiers[j]?.rate ?? 0n)),
    deduction: buckets.map((bucket) => tiers.map((j) => bucket?.tiers[j]?.deduction ?? 0n)),
    setId: statement.setId,
    timestamp: BigInt(statement.timestamp),
  };
}
