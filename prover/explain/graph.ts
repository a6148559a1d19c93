import { hasExpired } from "../market/settled.ts";
import { SECONDS_PER_DAY } from "../market/time.ts";
import type { Instrument } from "../market/types.ts";
import { DAYS_PER_YEAR, intrinsic, price } from "../pricing/black76.ts";
import type { Position } from "../risk/types.ts";

/** Profit or loss in USD against today's marks, all else equal; model values, not exact. */
export interface GraphPoint {
  /** The index in USD. */
  readonly price: number;
  readonly now: number;
  /** At the horizon. */
  readonly later: number;
}

export interface RiskGraph {
  readonly underlying: string;
  readonly index: number;
  /** Unix seconds: the nearest expiry of an option held, absent where there is none. */
  readonly horizon: number | null;
  readonly points: readonly GraphPoint[];
  /** Index prices at which a curve crosses zero, ascending. */
  readonly breakEvens: { readonly now: readonly number[]; readonly later: readonly number[] };
}

const YEAR = DAYS_PER_YEAR * SECONDS_PER_DAY;

/**
 * What is held in one underlying, over its index price: now, and when the nearest option expires. Forwards move with
 * the index, volatilities stay; what expires later keeps the time value it has then.
 * @param timestamp the epoch, unix seconds
 * @param range the lowest and highest price as multiples of the index
 */
export function riskGraph(held: {
  readonly underlying: string;
  readonly index: number;
  readonly positions: readonly Position[];
  readonly instruments: ReadonlyMap<number, Instrument>;
  readonly timestamp: number;
  readonly range?: readonly [low: number, high: number];
  readonly steps?: number;
}): RiskGraph {
  const { underlying, index, positions, instruments, timestamp, range = [0.5, 1.5], steps = 120 } = held;
  const own = positions.flatMap(({ id, quantity }) => {
    const instrument = instruments.get(id);
    return instrument?.underlying === underlying ? [{ instrument, units: Number(quantity) / 1e6 }] : [];
  });
  const expiries = own
    .filter(({ instrument }) => instrument.kind === "option" && !hasExpired(instrument, timestamp))
    .map(({ instrument }) => instrument.expiry ?? 0);
  const horizon = expiries.length === 0 ? null : Math.min(...expiries);
  const worth = (factor: number, time: number): number =>
    own.reduce((sum, { instrument, units }) => sum + units * unitValue(instrument, factor, time, timestamp), 0);
  const start = worth(1, timestamp);

  // The grid, and the strikes and the index themselves, where the curve at expiry has its corners.
  const [low, high] = [index * range[0], index * range[1]];
  const corners = own.flatMap(({ instrument: { strike, forward, expiry } }) =>
    strike === undefined || expiry !== horizon ? [] : [(strike * index) / forward],
  );
  const even = Array.from({ length: steps + 1 }, (_, i) => low + ((high - low) * i) / steps);
  const prices = [...new Set([...even, index, ...corners.filter((corner) => corner > low && corner < high)])];
  const points = prices
    .sort((a, b) => a - b)
    .map(
      (at): GraphPoint => ({
        price: at,
        now: worth(at / index, timestamp) - start,
        later: worth(at / index, horizon ?? timestamp) - start,
      }),
    );
  return {
    underlying,
    index,
    horizon,
    points,
    breakEvens: { now: crossings(points, "now"), later: crossings(points, "later") },
  };
}

/** USD of one unit when its forward has moved by a factor, at a moment from the epoch on. */
function unitValue(instrument: Instrument, factor: number, time: number, epoch: number): number {
  const { kind, forward, expiry, strike, optionType, volatility } = instrument;
  const settled = hasExpired(instrument, epoch);
  const moved = settled ? forward : forward * factor;
  if (kind !== "option" || strike === undefined || optionType === undefined || expiry === undefined) return moved;
  const terms = { forward: moved, strike, type: optionType };
  if (settled || volatility === undefined || expiry <= time) return intrinsic(terms);
  return price({ ...terms, years: (expiry - time) / YEAR, volatility });
}

/** Where a curve passes through zero between two points, by a straight line; a flat stretch at zero is no crossing. */
function crossings(points: readonly GraphPoint[], curve: "now" | "later"): number[] {
  const found: number[] = [];
  for (const [i, b] of points.entries()) {
    const a = points[i - 1];
    if (a === undefined) continue;
    const [from, to] = [a[curve], b[curve]];
    if (from === 0 || Math.sign(from) === Math.sign(to)) continue;
    found.push(a.price + ((b.price - a.price) * from) / (from - to));
  }
  return found;
}
