import { loadPoseidon } from "../hash/poseidon.ts";
import { TacitError } from "../units/errors.ts";
import type { Price } from "../units/units.ts";
import { hasExpired } from "./settled.ts";
import { groupHasher } from "./tree.ts";
import type { Market } from "./types.ts";

/** What an expired instrument is worth for ever: USD per unit, as cash takes its place. */
export interface Settlement {
  readonly id: number;
  readonly price: Price;
}

/** Children of the nodes of each level, leaves first: the shape of the rows' tree, so that a circuit can share its path. */
export const SETTLEMENT_ARITIES = [8, 8, 16, 4] as const;
const LEAVES = 4096;

export interface SettlementOpening {
  readonly price: Price;
  /** Per level the siblings, the leaf's own node among them: 8, 8, 16 and 4. */
  readonly siblings: readonly (readonly bigint[])[];
}

export interface SettlementTree {
  readonly root: bigint;
  /** @throws TacitError `NOT_SETTLED` */
  open(id: number): SettlementOpening;
}

/**
 * The tree of all settlement prices so far, as `docs/SPEC.md` fixes it.
 * @throws TacitError `SETTLEMENT_CLASH` when two stand at one index, `BAD_SETTLEMENT` for a negative price
 */
export async function buildSettlementTree(settlements: readonly Settlement[]): Promise<SettlementTree> {
  const hash = await loadPoseidon();
  const byIndex = new Map<number, Settlement>();
  for (const one of settlements) {
    const index = indexOf(one);
    const other = byIndex.get(index);
    if (other !== undefined) {
      throw new TacitError("SETTLEMENT_CLASH", `settlements of ${other.id} and ${one.id} share tree index ${index}`, {
        hint: "The later one replaces the earlier.",
      });
    }
    if (one.price < 0n) throw new TacitError("BAD_SETTLEMENT", `instrument ${one.id} settles at a negative price`);
    byIndex.set(index, one);
  }
  const leaves = Array.from({ length: LEAVES }, (_, index) => {
    const one = byIndex.get(index);
    return one === undefined ? 0n : hash([BigInt(one.id), one.price]);
  });
  const hashGroups = groupHasher(hash);
  const levels: bigint[][] = [leaves];
  for (const arity of SETTLEMENT_ARITIES) levels.push(hashGroups(levels.at(-1) ?? [], arity));
  return {
    root: levels.at(-1)?.[0] ?? 0n,
    open(id) {
      const settled = byIndex.get(id % LEAVES);
      if (settled?.id !== id) throw new TacitError("NOT_SETTLED", `instrument ${id} has no settlement price`);
      let index = id % LEAVES;
      const siblings = SETTLEMENT_ARITIES.map((arity, level) => {
        const first = index - (index % arity);
        index = first / arity;
        return levels[level]?.slice(first, first + arity) ?? [];
      });
      return { price: settled.price, siblings };
    },
  };
}

/** The settlement prices that a market states: the marks of its expired instruments. */
export function settlementsIn(market: Pick<Market, "instruments" | "timestamp" | "sets">): Settlement[] {
  const { rows } = market.sets.maintenance;
  return market.instruments
    .filter((instrument) => hasExpired(instrument, market.timestamp))
    .map(({ id, name }) => {
      const row = rows.get(id);
      if (row === undefined) throw new TacitError("BAD_MARKET", `instrument ${id} ${name} has no row`);
      return { id, price: row.mark };
    });
}

/**
 * All settlements so far with a market's, in order of id: one stays until an instrument at its tree index settles.
 * @throws TacitError `SETTLEMENT_CHANGED` when the market settles an instrument at another price than before, or still
 * trades one that has settled
 */
export function extendSettlements(
  earlier: readonly Settlement[],
  market: Pick<Market, "instruments" | "timestamp" | "sets">,
): Settlement[] {
  const added = settlementsIn(market);
  const before = new Map(earlier.map(({ id, price }) => [id, price]));
  for (const { id, price } of added) {
    const stated = before.get(id);
    if (stated !== undefined && stated !== price) throw changed(id, "at another price than before");
  }
  for (const instrument of market.instruments) {
    if (before.has(instrument.id) && !hasExpired(instrument, market.timestamp)) throw changed(instrument.id, "already");
  }
  const taken = new Set(added.map(indexOf));
  return [...earlier.filter((one) => !taken.has(indexOf(one))), ...added].sort((a, b) => a.id - b.id);
}

const indexOf = ({ id }: Pick<Settlement, "id">): number => id % LEAVES;

const changed = (id: number, how: string): TacitError =>
  new TacitError("SETTLEMENT_CHANGED", `instrument ${id} has settled ${how}`, {
    hint: "A settlement price is final: compare the market with the epoch before.",
  });
