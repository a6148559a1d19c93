import { loadPoseidon } from "../hash/poseidon.ts";
import { TacitError } from "../units/errors.ts";
import type { Price } from "../units/units.ts";

/** What an expired instrument became: its id, never reused, and its price. */
export interface Settlement {
  readonly id: number;
  /** 1e-6 USD per unit; 0 for an option that expired worthless. */
  readonly price: Price;
}

export interface SettlementTree {
  readonly root: bigint;
}

/** Children of a node, from the entries of a leaf to the root. */
const ARITIES = [16, 8, 8, 16, 16] as const;
const ROOM = ARITIES.reduce((room, arity) => room * arity, 1);

/** An entry as it stands in a leaf: 80 bits, laid out like a lane. */
const encodeEntry = ({ id, price }: Settlement): bigint => BigInt(id) | (BigInt.asUintN(48, price) << 32n);

/**
 * The tree of everything that ever settled, in the order it was settled, so that a later tree holds all of an earlier
 * one. A node without entries below it is 0, which is the hash of nothing.
 * @throws TacitError `SETTLED_TWICE`, `TREE_FULL`
 */
export async function buildSettlementTree(settlements: readonly Settlement[]): Promise<SettlementTree> {
  const hash = await loadPoseidon();
  if (settlements.length > ROOM) {
    throw new TacitError("TREE_FULL", `${settlements.length} instruments have settled, the tree holds ${ROOM}`);
  }
  const ids = new Set<number>();
  for (const { id } of settlements) {
    if (ids.has(id)) throw new TacitError("SETTLED_TWICE", `instrument ${id} is settled twice`);
    ids.add(id);
  }
  const [top, ...below] = [...ARITIES].reverse();
  let level = settlements.map(encodeEntry);
  const children = (arity: number, parent: number) =>
    Array.from({ length: arity }, (_, i) => level[parent * arity + i] ?? 0n);
  for (const arity of below.reverse()) {
    level = Array.from({ length: Math.ceil(level.length / arity) }, (_, parent) => hash(children(arity, parent)));
  }
  return { root: hash(children(top ?? 0, 0)) };
}
