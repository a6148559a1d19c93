import type { Profile } from "../profile/schema.ts";
import type { Instrument, SetName } from "../types.ts";
import type { DerivedUnderlying } from "./derive.ts";
import { number, numbers } from "./numbers.ts";
import { underlyingRule } from "./parameters.ts";
import type { Repriced } from "./reprice.ts";

/** In USD per unit held long, and per unit held short. */
export interface Charges {
  readonly long: number;
  readonly short: number;
}

/** The charges of one unit in USD, before rounding. */
export function charge(
  { kind, forward, underlying }: Instrument,
  { mark, delta: exposure, decayOver, gap, alone }: Repriced,
  state: DerivedUnderlying,
  profile: Profile,
  side: SetName,
): Charges {
  if (kind === "spot") {
    const cut = (state.haircut[side] ?? 0) * mark;
    return { long: cut, short: cut };
  }
  const set = profile.sets[side];
  const rates = numbers(set.charges);
  const factor = number(set.factor);
  const common = (rates.basis + rates.confidence) * Math.abs(exposure) + (kind === "perp" ? rates.perp * forward : 0);
  const long = common + rates.isolated * factor * alone.long;
  const short = common + rates.isolated * factor * alone.short;
  if (kind !== "option") return { long, short };
  const unseen = rates.convexity * factor * number(underlyingRule(profile, underlying).loss) * gap();
  return { long: long + decayOver(rates.decayDays) + unseen, short: short + rates.shortOption * forward };
}
