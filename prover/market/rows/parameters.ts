import type { Bucket, Scenario, Tier } from "../../risk/types.ts";
import { Notional, Ratio } from "../../units/units.ts";
import type { Cited, Profile, ProfileUnderlying } from "../profile/schema.ts";
import type { SetName } from "../types.ts";

const ONE = 10n ** 9n;

/**
 * The scenarios of a set: the profile's weights times the set's factor, rounded up to 9 places.
 * @param widening by how much ranges may widen during a lease, taken up to 4 places: the initial set weighs with it
 */
export function setScenarios(profile: Profile, side: SetName, widening: number): Scenario[] {
  const factor = ratio(profile.sets[side].factor, `profile ${profile.name}: sets.${side}.factor`);
  const widened = side === "initial" ? BigInt(Math.ceil(widening * 1e4)) * (ONE / 10_000n) : ONE;
  return profile.scenarioGroups
    .filter(({ as }) => as === "scenario")
    .flatMap(({ scenarios }) => scenarios)
    .map(({ name, weight, initialWeight }) => {
      const where = `profile ${profile.name}: scenario ${name}`;
      const own = Ratio.parse(side === "initial" ? (initialWeight ?? weight) : weight, where);
      return { name, weight: Ratio.of((own * factor * widened + ONE * ONE - 1n) / (ONE * ONE), where) };
    });
}

/** The bucket of an underlying in a set. */
export function setBucket(profile: Profile, side: SetName, underlying: string): Bucket {
  const { a, h } = profile.sets[side];
  const { gain, loss, tiers } = underlyingRule(profile, underlying);
  const where = `profile ${profile.name}: ${underlying}`;
  return {
    name: underlying,
    gain: ratio(gain, where),
    loss: ratio(loss, where),
    a: ratio(a, where),
    h: ratio(h, where),
    tiers: convexTiers(tiers[side].steps, where),
  };
}

export const underlyingRule = (profile: Profile, underlying: string): ProfileUnderlying =>
  (Object.hasOwn(profile.underlyings, underlying) ? profile.underlyings[underlying] : undefined) ?? profile.other;

/**
 * Marginal steps as tiers of max(0, max_j (rate_j * G - deduction_j)): the deduction of step j is the sum over the steps
 * up to it of (rate - rate before) * above, so that each tier takes over exactly where its step begins. Rounded down,
 * towards the larger charge.
 */
function convexTiers(steps: readonly { above: string; rate: string }[], where: string): Tier[] {
  let before = 0n;
  let deduction = 0n;
  return steps.map((step) => {
    const rate = Ratio.parse(step.rate, `${where}: tier rate`);
    deduction += (rate - before) * Notional.parse(step.above, `${where}: tier above`);
    before = rate;
    return { rate, deduction: Notional.of(deduction / ONE, `${where}: tier deduction`) };
  });
}

const ratio = ({ value }: Cited, where: string): Ratio => Ratio.parse(value, where);
