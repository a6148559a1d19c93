import type { Profile } from "../profile/schema.ts";
import type { MarketInputs, SetName } from "../types.ts";
import { ewmaVolatility, haircut, priceRange } from "../volatility.ts";
import { number, numbers } from "./numbers.ts";

/** What a profile made of one underlying's history; null where the profile does not ask for it. */
export interface DerivedUnderlying {
  /** EWMA of daily log returns. */
  readonly sigma: number | null;
  readonly priceRange: number | null;
  readonly haircut: Readonly<Record<SetName, number | null>>;
}

/** @throws TacitError `SHORT_HISTORY`, `BAD_HISTORY` */
export function derive(inputs: MarketInputs, profile: Profile, name: string): DerivedUnderlying {
  const { volatility, priceRange: range, sets } = profile;
  if (volatility === undefined) return { sigma: null, priceRange: null, haircut: { maintenance: null, initial: null } };
  const closes = inputs.underlyings[name]?.closes ?? [];
  const sigma = ewmaVolatility(
    closes,
    number(volatility.decay),
    number(volatility.minimumReturns),
    `history of ${name}`,
  );
  const cut = (side: SetName) => {
    const rule = sets[side].haircut;
    return rule === undefined ? null : haircut(sigma, numbers(rule));
  };
  return {
    sigma,
    priceRange: range === undefined ? null : priceRange(sigma, numbers(range)),
    haircut: { maintenance: cut("maintenance"), initial: cut("initial") },
  };
}
