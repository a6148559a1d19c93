import { log } from "../pricing/log.ts";
import { TacitError } from "../units/errors.ts";

/**
 * Exponentially weighted daily volatility: the root of the mean of squared log returns, the newest weighted 1, each
 * older one `decay` times the next. The weights are normalised, so a short history is not mistaken for a calm one.
 * @param closes daily closes, oldest first
 * @throws TacitError `SHORT_HISTORY` when there are fewer than `minimumReturns` returns
 */
export function ewmaVolatility(
  closes: readonly number[],
  decay: number,
  minimumReturns: number,
  where: string,
): number {
  if (closes.length < minimumReturns + 1) {
    throw new TacitError(
      "SHORT_HISTORY",
      `${where}: ${closes.length} daily closes, at least ${minimumReturns + 1} are needed`,
      {
        hint: "Give a longer history of daily candles for this underlying.",
      },
    );
  }
  let squares = 0;
  let weights = 0;
  for (let i = 1; i < closes.length; i += 1) {
    const change = log((closes[i] ?? Number.NaN) / (closes[i - 1] ?? Number.NaN));
    squares = decay * squares + change * change;
    weights = decay * weights + 1;
  }
  const sigma = Math.sqrt(squares / weights);
  if (!Number.isFinite(sigma))
    throw new TacitError("BAD_HISTORY", `${where}: every daily close must be a positive number`);
  return sigma;
}

export interface PriceRangeRule {
  /** How many daily standard deviations a range covers. */
  readonly multiple: number;
  /** The least dynamic part. */
  readonly floor: number;
  /** Weight of the dynamic part; the rest is `stress`, which does not follow the market. */
  readonly share: number;
  readonly stress: number;
  readonly low: number;
  readonly high: number;
}

/** The price range of an underlying: clamp(share * max(multiple * sigma, floor) + (1 - share) * stress, low, high). */
export function priceRange(sigma: number, rule: PriceRangeRule): number {
  const dynamic = Math.max(rule.multiple * sigma, rule.floor);
  return clamp(rule.share * dynamic + (1 - rule.share) * rule.stress, rule.low, rule.high);
}

export interface HaircutRule {
  readonly base: number;
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}

/** The haircut of spot collateral: clamp(base + slope * sigma, low, high). */
export const haircut = (sigma: number, rule: HaircutRule): number =>
  clamp(rule.base + rule.slope * sigma, rule.low, rule.high);

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
