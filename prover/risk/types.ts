import type { Cash, Notional, Price, Quantity, Ratio } from "../units/units.ts";

/** One public line of an instrument in a requirement set. Prices in 1e-6 USD per unit of the instrument. */
export interface Row {
  readonly id: number;
  /** Index into `RequirementSet.buckets`. */
  readonly bucket: number;
  readonly mark: Price;
  /** USD of P&L per unit for a 100% move of the underlying: the delta in USD. */
  readonly delta: Price;
  /** Charge per unit held long, never negative. */
  readonly long: Price;
  /** Charge per unit held short, never negative. */
  readonly short: Price;
  /** P&L per unit in each scenario of the set, in the set's order. */
  readonly values: readonly Price[];
}

export interface Scenario {
  readonly name: string;
  /** Dampening of tails times the set's factor; 0 switches the scenario off. */
  readonly weight: Ratio;
}

export interface Tier {
  readonly rate: Ratio;
  readonly deduction: Notional;
}

export interface Bucket {
  readonly name: string;
  readonly gain: Ratio;
  /** At least `gain`. */
  readonly loss: Ratio;
  /** Directional floor rate, at least h/2. */
  readonly a: Ratio;
  /** Basis floor rate. */
  readonly h: Ratio;
  readonly tiers: readonly Tier[];
}

/** Everything public the requirement is computed from; bound on chain by one requirement root. */
export interface RequirementSet {
  readonly name: string;
  readonly scenarios: readonly Scenario[];
  readonly buckets: readonly Bucket[];
  /** By instrument id. */
  readonly rows: ReadonlyMap<number, Row>;
}

export interface Position {
  readonly id: number;
  readonly quantity: Quantity;
}

/** The hidden part of an account: what the requirement is evaluated on. */
export interface Portfolio {
  readonly cash: Cash;
  readonly positions: readonly Position[];
}
