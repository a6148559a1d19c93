import { hasExpired } from "../market/settled.ts";
import { countedRate } from "../market/share.ts";
import type { Instrument } from "../market/types.ts";
import { DAYS_PER_YEAR, greeks } from "../pricing/black76.ts";
import type { Position } from "../risk/types.ts";
import { TacitError } from "../units/errors.ts";

/** Sensitivities of everything held in one underlying; model values, not exact. */
export interface NetGreeks {
  readonly underlying: string;
  /** Units of the underlying. */
  readonly delta: number;
  /** Units of delta per USD of the forward. */
  readonly gamma: number;
  /** USD per point (1%) of implied volatility. */
  readonly vega: number;
  /** USD per day. */
  readonly theta: number;
}

const YEAR = DAYS_PER_YEAR * 86_400;

/**
 * Net greeks per underlying held, in the order in which the portfolio first holds them. Spot, perps and futures are
 * delta one; what has expired moves no more.
 * @param timestamp the epoch in unix seconds, from which options' time is counted
 */
export function netGreeks(
  positions: readonly Position[],
  instruments: ReadonlyMap<number, Instrument>,
  timestamp: number,
): NetGreeks[] {
  const net = new Map<string, NetGreeks>();
  for (const { id, quantity } of positions) {
    const instrument = instruments.get(id);
    if (instrument === undefined) continue;
    const { underlying } = instrument;
    const held = Number(quantity) / 1e6;
    const unit = unitGreeks(instrument, timestamp);
    const sum = net.get(underlying) ?? { underlying, delta: 0, gamma: 0, vega: 0, theta: 0 };
    net.set(underlying, {
      underlying,
      delta: sum.delta + held * unit.delta,
      gamma: sum.gamma + held * unit.gamma,
      vega: sum.vega + held * unit.vega,
      theta: sum.theta + held * unit.theta,
    });
  }
  return [...net.values()];
}

function unitGreeks(instrument: Instrument, timestamp: number): Omit<NetGreeks, "underlying"> {
  const { name, kind, forward, expiry, strike, optionType, volatility, share } = instrument;
  if (hasExpired(instrument, timestamp)) return { delta: 0, gamma: 0, vega: 0, theta: 0 };
  if (share !== undefined) {
    return { delta: Number(countedRate(share, timestamp, name)) / 1e18, gamma: 0, vega: 0, theta: 0 };
  }
  if (kind !== "option") return { delta: 1, gamma: 0, vega: 0, theta: 0 };
  if (expiry === undefined || strike === undefined || optionType === undefined || volatility === undefined) {
    throw new TacitError("BAD_INSTRUMENT", `option ${name} lacks an expiry, strike, type or volatility`);
  }
  return greeks({ forward, strike, years: (expiry - timestamp) / YEAR, volatility, type: optionType });
}
