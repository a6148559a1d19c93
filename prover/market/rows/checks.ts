import type { RequirementSet, Row } from "../../risk/types.ts";
import { TacitError } from "../../units/errors.ts";
import { Coverage } from "../../units/units.ts";
import type { Instrument } from "../types.ts";

/**
 * Refuses sets of which the initial one could ask less than the maintenance one of any portfolio. Sufficient because
 * every step of the requirement is monotone: it falls with no weight, loss, a, h, tier or charge and rises with no gain.
 * @throws TacitError `UNSAFE_SETS`
 */
export function assertInitialCovers(maintenance: RequirementSet, initial: RequirementSet): void {
  const weakness = [...scenarioFaults(maintenance, initial), ...bucketFaults(maintenance, initial)][0];
  const found = weakness ?? rowFault(maintenance, initial);
  if (found === undefined) return;
  throw new TacitError("UNSAFE_SETS", `the initial set asks less than the maintenance set: ${found}`, {
    hint: "Raise the profile's number in sets.initial, or lower it in sets.maintenance.",
  });
}

function scenarioFaults(maintenance: RequirementSet, initial: RequirementSet): string[] {
  if (maintenance.scenarios.length !== initial.scenarios.length) return ["another number of scenarios"];
  return maintenance.scenarios.flatMap(({ name, weight }, s) => {
    const other = initial.scenarios[s];
    return other !== undefined && other.name === name && other.weight >= weight ? [] : [`weight of scenario ${name}`];
  });
}

function bucketFaults(maintenance: RequirementSet, initial: RequirementSet): string[] {
  if (maintenance.buckets.length !== initial.buckets.length) return ["another number of buckets"];
  return maintenance.buckets.flatMap((bucket, b) => {
    const other = initial.buckets[b];
    if (other === undefined) return [`bucket ${bucket.name}`];
    const gains = other.gain <= bucket.gain && other.loss >= bucket.loss;
    const floors = other.a >= bucket.a && other.h >= bucket.h;
    // With t = tier.rate / rate <= 1: max(0, rate*G - deduction) >= t * (rate*G - deduction) >= tier.rate*G - tier.deduction.
    const tiers = bucket.tiers.every((tier) =>
      other.tiers.some(({ rate, deduction }) => rate >= tier.rate && deduction * tier.rate <= tier.deduction * rate),
    );
    const faults = { "gain or loss": gains, floor: floors, "a tier": tiers };
    return Object.entries(faults).flatMap(([what, holds]) => (holds ? [] : [`${what} of bucket ${bucket.name}`]));
  });
}

function rowFault(maintenance: RequirementSet, initial: RequirementSet): string | undefined {
  if (maintenance.rows.size !== initial.rows.size) return "another number of rows";
  for (const [id, row] of maintenance.rows) {
    const other = initial.rows.get(id);
    if (other === undefined) return `row ${id}`;
    if (other.bucket !== row.bucket || other.mark !== row.mark || other.delta !== row.delta) {
      return `bucket, mark or delta of row ${id}`;
    }
    const same = other.values.length === row.values.length && other.values.every((v, s) => v === row.values[s]);
    if (!same) return `values of row ${id}`;
    if (other.long < row.long || other.short < row.short) return `charge of row ${id}`;
  }
  return undefined;
}

/**
 * Refuses a set in which depositing spot collateral could lower `equity - coverage * Required` of some account. One more
 * unit raises equity by `mark`, and the requirement by no more than
 *
 *     max( max_s w_s * loss * max(0, -R_s),  a * delta )  +  long  +  max_j rate_j * delta
 *
 * since scan, floor and tiers are each Lipschitz in the quantity with these constants (a >= h/2 makes a * delta the
 * floor's) and a maximum rises by no more than its fastest part. A holder of much spot and nothing else attains it.
 * @throws TacitError `UNSAFE_SPOT`
 */
export function assertSpotHelps(
  set: RequirementSet,
  spots: readonly Pick<Instrument, "id" | "name">[],
  coverage: Coverage,
): void {
  for (const { id, name } of spots) {
    const row = set.rows.get(id);
    if (row === undefined) continue;
    // mark in 1e-6 USD against 1e-4 (coverage) * 1e-6 (price) * 1e-18 (two ratios) USD.
    if (row.mark * 10n ** 22n < coverage * marginalRequirement(set, row)) {
      throw new TacitError(
        "UNSAFE_SPOT",
        `set ${set.name}: a deposit of ${name} could lower health at coverage ${Coverage.format(coverage)}`,
        { hint: "Lower the price range's cap, the haircut's or the top tier, or the profile's largestCoverage." },
      );
    }
  }
}

/** The most that one more unit of a row, held long, can add to the requirement: 1e-24 USD per unit. */
function marginalRequirement(set: RequirementSet, row: Row): bigint {
  const bucket = set.buckets[row.bucket];
  if (bucket === undefined) throw new TacitError("BAD_SET", `instrument ${row.id}: there is no bucket ${row.bucket}`);
  const delta = row.delta < 0n ? -row.delta : row.delta;
  const scan = set.scenarios.map(({ weight }, s) => weight * bucket.loss * -(row.values[s] ?? 0n));
  const slope = largest([...scan, bucket.a * delta * 10n ** 9n]);
  return slope + row.long * 10n ** 18n + largest(bucket.tiers.map(({ rate }) => rate)) * delta * 10n ** 9n;
}

function largest(values: readonly bigint[]): bigint {
  let most = 0n;
  for (const value of values) if (value > most) most = value;
  return most;
}
