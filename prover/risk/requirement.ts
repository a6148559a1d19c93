import { formatDecimal } from "../units/decimal.ts";
import { TacitError } from "../units/errors.ts";
import { type Coverage, type Exact, PICO_TO_EXACT } from "../units/units.ts";
import type { Bucket, Portfolio, RequirementSet, Row } from "./types.ts";

/** What one bucket contributes. All amounts in units of 1e-30 USD; arrays follow the set's scenarios. */
export interface BucketResult {
  readonly name: string;
  /** N: signed sum of deltas. */
  readonly net: Exact;
  /** G: sum of absolute deltas. */
  readonly gross: Exact;
  /** X: the bucket's profit or loss in each scenario. */
  readonly pnl: readonly Exact[];
  /** H: what of X counts, gains being cut to `gain` and losses stretched to `loss`. */
  readonly counted: readonly Exact[];
  readonly floor: Exact;
  readonly concentration: Exact;
}

/** The requirement of `docs/SPEC.md` and every step on the way to it. All amounts in units of 1e-30 USD, exact. */
export interface Requirement {
  readonly equity: Exact;
  readonly scan: Exact;
  readonly floor: Exact;
  readonly charge: Exact;
  readonly concentration: Exact;
  readonly required: Exact;
  readonly coverage: Coverage;
  /** equity >= coverage * required. */
  readonly healthy: boolean;
  /** The scenario that sets `scan`, the first of several equal ones; null when no scenario loses. */
  readonly worstScenario: string | null;
  /** equity / required as a decimal string, rounded down (towards minus infinity) to 9 places; null when nothing is required. */
  readonly marginRatio: string | null;
  /** T: weighted profit or loss of the whole portfolio in each scenario. */
  readonly scenarios: readonly { readonly name: string; readonly total: Exact }[];
  readonly buckets: readonly BucketResult[];
}

/** 1e-21 USD (quantity times price times ratio) in units of 1e-30 USD. */
const RATIO_TO_EXACT = 10n ** 9n;
const exact = (value: bigint): Exact => value as Exact;

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const sum = (values: Iterable<bigint>): bigint => {
  let total = 0n;
  for (const value of values) total += value;
  return total;
};

/**
 * Evaluates the requirement of `docs/SPEC.md` on one portfolio, exactly: integers only, nothing divided or rounded but
 * `marginRatio`. Any number of scenarios, buckets, tiers and positions. Two positions in one instrument are summed as
 * separate positions, as the circuit does, which never lowers the requirement.
 * @throws TacitError `BAD_SET` for a set whose parameters contradict each other, `UNKNOWN_INSTRUMENT` for a position
 * without a row
 */
export function evaluate(set: RequirementSet, portfolio: Portfolio, coverage: Coverage): Requirement {
  checkSet(set);
  // Id 0 is an empty slot, whose row is all zero; an owner may leave some between positions.
  const positions = portfolio.positions.filter(({ id }) => id !== 0);
  const held = positions.map(({ id, quantity }) => ({ row: rowOf(set, id), quantity }));

  // Products of quantity and price, in 1e-12 USD.
  const equity = portfolio.cash + sum(held.map(({ row, quantity }) => quantity * row.mark));
  const charge = sum(held.map(({ row, quantity }) => (quantity > 0n ? quantity * row.long : -quantity * row.short)));
  const parts = set.buckets.map((bucket, b) => {
    const inside = held.filter(({ row }) => row.bucket === b);
    return evaluateBucket(bucket, inside, set.scenarios.length);
  });
  const buckets = parts.map(({ result }) => result);
  // A weight times 1e-21 USD is in units of 1e-30 USD.
  const totals = set.scenarios.map(({ weight }, s) => weight * sum(parts.map(({ counted }) => counted[s] ?? 0n)));

  const scan = totals.map((total) => -total).reduce(max, 0n);
  const floor = sum(buckets.map((bucket) => bucket.floor));
  const concentration = sum(buckets.map((bucket) => bucket.concentration));
  const required = max(scan, floor) + charge * PICO_TO_EXACT + concentration;
  const exactEquity = equity * PICO_TO_EXACT;

  return {
    equity: exact(exactEquity),
    scan: exact(scan),
    floor: exact(floor),
    charge: exact(charge * PICO_TO_EXACT),
    concentration: exact(concentration),
    required: exact(required),
    coverage,
    healthy: exactEquity * 10_000n >= coverage * required,
    worstScenario: scan === 0n ? null : (set.scenarios[totals.indexOf(-scan)]?.name ?? null),
    marginRatio: required === 0n ? null : formatDecimal(divDown(exactEquity * 10n ** 9n, required), 9),
    scenarios: set.scenarios.map(({ name }, s) => ({ name, total: exact(totals[s] ?? 0n) })),
    buckets,
  };
}

/** The bucket's result, and beside it H in units of 1e-21 USD, ready to be weighted. */
function evaluateBucket(
  bucket: Bucket,
  held: readonly { row: Row; quantity: bigint }[],
  scenarios: number,
): { result: BucketResult; counted: readonly bigint[] } {
  // In 1e-12 USD.
  const pnl = Array.from({ length: scenarios }, (_, s) =>
    sum(held.map(({ row, quantity }) => quantity * (row.values[s] ?? 0n))),
  );
  const net = sum(held.map(({ row, quantity }) => quantity * row.delta));
  const gross = sum(held.map(({ row, quantity }) => abs(quantity * row.delta)));

  // In 1e-21 USD, the floor twice because h is halved.
  const counted = pnl.map((x) => (x > 0n ? bucket.gain * x : bucket.loss * x));
  const floorTwice = 2n * bucket.a * abs(net) + bucket.h * (gross - abs(net));
  const concentration = bucket.tiers
    .map(({ rate, deduction }) => rate * gross - deduction * 10n ** 15n)
    .reduce(max, 0n);

  const result: BucketResult = {
    name: bucket.name,
    net: exact(net * PICO_TO_EXACT),
    gross: exact(gross * PICO_TO_EXACT),
    pnl: pnl.map((x) => exact(x * PICO_TO_EXACT)),
    counted: counted.map((h) => exact(h * RATIO_TO_EXACT)),
    floor: exact(floorTwice * (RATIO_TO_EXACT / 2n)),
    concentration: exact(concentration * RATIO_TO_EXACT),
  };
  return { result, counted };
}

function rowOf(set: RequirementSet, id: number): Row {
  const row = set.rows.get(id);
  if (row === undefined) {
    throw new TacitError("UNKNOWN_INSTRUMENT", `instrument ${id} has no row in the set ${set.name}`);
  }
  return row;
}

/** Quotient rounded towards minus infinity; `divisor` is positive. */
function divDown(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return quotient * divisor > dividend ? quotient - 1n : quotient;
}

/**
 * Checks what a set's types cannot say: gains count no more than losses, netting never lowers a floor below zero,
 * charges are not negative, every row has a bucket and one value per scenario.
 * @throws TacitError `BAD_SET`
 */
export function checkSet(set: RequirementSet): void {
  const refuse = (what: string): never => {
    throw new TacitError("BAD_SET", `requirement set ${set.name}: ${what}`);
  };
  for (const bucket of set.buckets) {
    if (bucket.gain > bucket.loss) refuse(`bucket ${bucket.name}: gain is larger than loss`);
    if (2n * bucket.a < bucket.h) refuse(`bucket ${bucket.name}: a is smaller than h/2`);
  }
  for (const [id, row] of set.rows) {
    if (row.id !== id) refuse(`the row of instrument ${row.id} is filed under ${id}`);
    if (row.long < 0n || row.short < 0n) refuse(`instrument ${id}: a charge is negative`);
    if (set.buckets[row.bucket] === undefined) refuse(`instrument ${id}: there is no bucket ${row.bucket}`);
    if (row.values.length !== set.scenarios.length) {
      refuse(`instrument ${id} has ${row.values.length} values for ${set.scenarios.length} scenarios`);
    }
  }
}
