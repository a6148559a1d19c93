import { type Option, price } from "../../pricing/black76.ts";
import { exp } from "../../pricing/exp.ts";
import { log } from "../../pricing/log.ts";

export type VolatilityMove = "up" | "down" | "same";

export interface VolatilityShockRule {
  readonly up: number;
  readonly down: number;
  readonly horizonDays: number;
  readonly shortPower: number;
  readonly longPower: number;
  readonly shortestDays: number;
  readonly upFloor: number;
}

/**
 * The shocked implied volatility: iv (1 + up (horizon/T)^p) and at least `upFloor`, or iv (1 - down (horizon/T)^p) and
 * at least 0, with p the short power up to the horizon and the long one beyond it, T never below `shortestDays`.
 */
export function shockVolatility(
  iv: number,
  days: number,
  to: VolatilityMove,
  rule: VolatilityShockRule | null,
): number {
  if (to === "same" || rule === null) return iv;
  const ratio = rule.horizonDays / Math.max(days, rule.shortestDays);
  const scale = exp((ratio >= 1 ? rule.shortPower : rule.longPower) * log(ratio));
  return to === "up" ? Math.max(iv * (1 + rule.up * scale), rule.upFloor) : Math.max(iv * (1 - rule.down * scale), 0);
}

/** The price of an option after its forward moved by `move` (a fraction) and its volatility became `volatility`. */
export const priceAfter = (option: Option, move: number, volatility: number, years: number): number =>
  price({ ...option, forward: option.forward * (1 + move), volatility, years });
