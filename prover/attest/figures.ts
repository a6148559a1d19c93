import type { Market } from "../market/types.ts";
import { evaluate } from "../risk/requirement.ts";
import type { Portfolio, RequirementSet } from "../risk/types.ts";
import { formatDecimal } from "../units/decimal.ts";
import { TacitError } from "../units/errors.ts";
import { bucketsOf } from "./buckets.ts";
import { type Claims, type Statement, statements } from "./claims.ts";

/** What `attest` compares with the claims, exact, as the circuit computes it. Secret. */
export interface Figures {
  /** 1e-12 USD. */
  readonly equity: bigint;
  /** By bucket: net delta in 1e-12 USD, and the sum of all quantities' magnitudes, in 1e-6 of whatever they are of. */
  readonly buckets: readonly { readonly net: bigint; readonly size: bigint }[];
}

/**
 * The figures of an account in a requirement set. A slot of id 0 has the all-zero row, which is in the first bucket: a
 * quantity in it, which no transition makes, is worth nothing and is still not nothing.
 * @throws TacitError `UNKNOWN_INSTRUMENT`
 */
export function figuresOf(set: RequirementSet, { cash, positions }: Portfolio): Figures {
  const held = positions.map(({ id, quantity }) => {
    const row = id === 0 ? { bucket: 0, mark: 0n, delta: 0n } : set.rows.get(id);
    if (row === undefined) {
      throw new TacitError("UNKNOWN_INSTRUMENT", `instrument ${id} has no row in the set ${set.name}`);
    }
    return { row, quantity };
  });
  const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
  return {
    equity: cash + sum(held.map(({ row, quantity }) => quantity * row.mark)),
    buckets: set.buckets.map((_, b) => {
      const inside = held.filter(({ row }) => row.bucket === b);
      return {
        net: sum(inside.map(({ row, quantity }) => quantity * row.delta)),
        size: sum(inside.map(({ quantity }) => (quantity < 0n ? -quantity : quantity))),
      };
    }),
  };
}

/** A claim, whether it is true, and what is true instead: for the owner's eyes. */
export interface Judgement extends Statement {
  readonly holds: boolean;
  /** What the account has, in words. Secret. */
  readonly actual: string;
}

/** Judges every claim, in the order of `statements`. @throws TacitError `UNKNOWN_INSTRUMENT`, `UNKNOWN_UNDERLYING` */
export function judge(claims: Claims, account: Portfolio, market: Market): Judgement[] {
  const { equity, buckets } = figuresOf(market.sets.maintenance, account);
  const { equityAtLeast, coverageAtLeast, netDelta, nothingIn } = claims;
  const all = bucketsOf(market);
  const at = (name: string) => buckets[all.findIndex((bucket) => bucket.name === name)] ?? { net: 0n, size: 0n };
  const usd = (value: bigint): string => `${formatDecimal(value, 12)} USD`;
  const answers: { holds: boolean; actual: string }[] = [];
  if (equityAtLeast !== undefined) answers.push({ holds: equity >= equityAtLeast, actual: `it is ${usd(equity)}` });
  if (coverageAtLeast !== undefined) {
    const { healthy, marginRatio } = evaluate(market.sets[coverageAtLeast.set], account, coverageAtLeast.coverage);
    answers.push({
      holds: healthy,
      actual: marginRatio === null ? `nothing is required, equity is ${usd(equity)}` : `it covers ${marginRatio}x`,
    });
  }
  for (const { bucket, low, high } of netDelta) {
    const { net } = at(bucket);
    answers.push({ holds: low <= net && net <= high, actual: `it is ${usd(net)}` });
  }
  for (const bucket of nothingIn) {
    const { size } = at(bucket);
    answers.push({ holds: size === 0n, actual: size === 0n ? "there is nothing" : "there is a position" });
  }
  return statements(claims, all).map((statement, i) => ({
    ...statement,
    ...(answers[i] ?? { holds: false, actual: "" }),
  }));
}
