import { log } from "./log.ts";
import { normalCdf, normalDensity } from "./normal.ts";

/** A European option on a forward. Prices in USD, `years` to expiry (ACT/365), `volatility` a fraction per sqrt(year). */
export interface Option {
  readonly forward: number;
  readonly strike: number;
  readonly years: number;
  readonly volatility: number;
  readonly type: "call" | "put";
}

export interface Greeks {
  /** USD per USD of the forward. */
  readonly delta: number;
  /** Change of delta per USD of the forward. */
  readonly gamma: number;
  /** USD per volatility point (0.01). */
  readonly vega: number;
  /** USD over the next day, negative; see `greeks`. */
  readonly theta: number;
}

export const DAYS_PER_YEAR = 365;

/** What the option pays if the forward is the settlement price. */
export function intrinsic({ forward, strike, type }: Pick<Option, "forward" | "strike" | "type">): number {
  const worth = type === "call" ? forward - strike : strike - forward;
  return Math.max(worth, 0);
}

/**
 * Black's (1976) price in USD, undiscounted. An option in the money is priced as its intrinsic value plus its twin out
 * of the money, so that put-call parity holds to the last bit and no time value is lost to cancellation.
 * At expiry or at zero volatility it is the intrinsic value.
 */
export function price(option: Option): number {
  const { forward, strike } = option;
  const spread = deviation(option);
  if (spread <= 0) return intrinsic(option);
  const d1 = log(forward / strike) / spread + spread / 2;
  const d2 = d1 - spread;
  const outOfTheMoney =
    forward <= strike
      ? forward * normalCdf(d1) - strike * normalCdf(d2)
      : strike * normalCdf(-d2) - forward * normalCdf(-d1);
  return Math.max(outOfTheMoney, 0) + intrinsic(option);
}

/** dPrice/dForward: `normalCdf(d1)` for a call, less 1 for a put; one half of it exactly at the strike at expiry. */
export function delta(option: Option): number {
  const { forward, strike, type } = option;
  const spread = deviation(option);
  if (spread <= 0) {
    const call = forward > strike ? 1 : forward < strike ? 0 : 0.5;
    return type === "call" ? call : call - 1;
  }
  const d1 = log(forward / strike) / spread + spread / 2;
  return type === "call" ? normalCdf(d1) : -normalCdf(-d1);
}

/**
 * The greeks as Deribit quotes them: delta undiscounted, vega per volatility point, theta in USD per day. Theta is the
 * instantaneous decay times one day or, nearer to expiry, times what is left, and never more than the premium.
 */
export function greeks(option: Option): Greeks {
  const { forward, strike, years, volatility } = option;
  const spread = deviation(option);
  if (spread <= 0) return { delta: delta(option), gamma: 0, vega: 0, theta: 0 };
  const density = normalDensity(log(forward / strike) / spread + spread / 2);
  const root = Math.sqrt(years);
  const decay = ((forward * density * volatility) / (2 * root)) * Math.min(1 / DAYS_PER_YEAR, years);
  return {
    delta: delta(option),
    gamma: density / (forward * spread),
    vega: (forward * density * root) / 100,
    theta: -Math.min(decay, price(option)),
  };
}

/** Standard deviation of the logarithm of the forward at expiry. */
function deviation({ years, volatility }: Pick<Option, "years" | "volatility">): number {
  return years > 0 && volatility > 0 ? volatility * Math.sqrt(years) : 0;
}
