import { loadPoseidon } from "../hash/poseidon.ts";
import { TacitError } from "../units/errors.ts";
import type { Price } from "../units/units.ts";
import type { Opening } from "./opening.ts";

/** What an expired instrument became: its id, never reused, and its price. */
export interface Settlement {
  readonly id: number;
  /** 1e-6 USD per unit; 0 for an option that expired worthless. */
  readonly price: Price;
}

export interface SettlementTree {
  readonly root: bigint;
  /** Opens the entry of a settled instrument. @throws TacitError `NOT_SETTLED` */
  open(id: number): Opening;
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
  const places = new Map<number, number>();
  settlements.forEach(({ id }, place) => {
    if (places.has(id)) throw new TacitError("SETTLED_TWICE", `instrument ${id} is settled twice`);
    places.set(id, place);
  });
  const levels: bigint[][] = [settlements.map(encodeEntry)];
  const children = (level: number, parent: number): bigint[] =>
    Array.from({ length: ARITIES[level] ?? 0 }, (_, i) => levels[level]?.[parent * (ARITIES[level] ?? 0) + i] ?? 0n);
  ARITIES.forEach((arity, level) => {
    const parents = Math.ceil((levels[level] ?? []).length / arity);
    levels.push(Array.from({ length: parents }, (_, parent) => hash(children(level, parent))));
  });
  const root = levels[ARITIES.length]?.[0] ?? hash(children(ARITIES.length - 1, 0));
  return {
    root,
    open(id) {
      const at = places.get(id);
      const settlement = settlements[at ?? 0];
      if (at === undefined || settlement === undefined) {
        throw new TacitError("NOT_SETTLED", `instrument ${id} has not settled`, {
          hint: "It settles when an epoch after its expiry publishes its price.",
        });
      }
      let parent = at;
      const [element = [], low = [], middle = [], upper = [], top = []] = ARITIES.map((arity, level) => {
        parent = Math.floor(parent / arity);
        return children(level, parent);
      });
      const place = BigInt(Math.floor(at / ARITIES[0]));
      const path = { element, low, middle, upper, top, place, entry: BigInt(at % ARITIES[0]) };
      return { root, price: settlement.price, rest: 0n, long: 0n, ...path };
    },
  };
}
