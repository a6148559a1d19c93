import { shiftMarket } from "../../prover/explain/shift.ts";
import type { Profile } from "../../prover/market/profile/schema.ts";
import { shockVolatility } from "../../prover/market/rows/shocks.ts";
import { buildRows } from "../../prover/market/rows.ts";
import { hasExpired } from "../../prover/market/settled.ts";
import { SECONDS_PER_DAY, startOfDay } from "../../prover/market/time.ts";
import type { MarketInputs } from "../../prover/market/types.ts";
import type { RequirementSet } from "../../prover/risk/types.ts";

/** Where a market may be while a lease runs. */
export interface Box {
  /** Each underlying's index and forwards move by up to this fraction either way, jointly or against each other. */
  readonly width: number;
  /** The implied volatility of an option with 30 days left moves by up to this fraction either way, others by (30/T)^p of it. */
  readonly volatility: number;
  /** Seconds since the epoch. */
  readonly lease: number;
}

/** One point of a box. */
export interface Place {
  /** By underlying, as a fraction of its price. */
  readonly moves: Readonly<Record<string, number>>;
  /** Of a 30 day option's implied volatility. */
  readonly volatility: number;
  readonly seconds: number;
}

/** The corners of a box and the middles of its edges, its centre included: three values an axis, the start and end of the lease. */
export function placesOf(box: Box, underlyings: readonly string[]): Place[] {
  const moves = underlyings.reduce<Record<string, number>[]>(
    (all, name) => all.flatMap((each) => [-1, 0, 1].map((side) => ({ ...each, [name]: side * box.width }))),
    [{}],
  );
  return moves.flatMap((move) =>
    [-1, 0, 1].flatMap((side) =>
      [...new Set([0, box.lease])].map((seconds) => ({ moves: move, volatility: side * box.volatility, seconds })),
    ),
  );
}

/**
 * The market at a place: prices, volatilities and the clock moved. What expires on the way settles where its underlying
 * then stands, and a UTC day that ends on the way adds its close, there too, to the histories.
 */
export function marketAt(inputs: MarketInputs, profile: Profile, { moves, volatility, seconds }: Place): MarketInputs {
  const every = new Set(inputs.instruments.map(({ id }) => id));
  const moved = shiftMarket(inputs, moves, every);
  const timestamp = inputs.timestamp + seconds;
  const days = (startOfDay(timestamp) - startOfDay(inputs.timestamp)) / SECONDS_PER_DAY;
  return {
    ...moved,
    timestamp,
    underlyings: Object.fromEntries(
      Object.entries(moved.underlyings).map(([name, { index, closes }]) => [
        name,
        { index, closes: [...closes, ...Array.from({ length: days }, () => index)] },
      ]),
    ),
    instruments: moved.instruments.map((instrument) => {
      const { volatility: iv, expiry } = instrument;
      if (iv === undefined || expiry === undefined || hasExpired(instrument, timestamp)) return instrument;
      return {
        ...instrument,
        volatility: movedVolatility(iv, (expiry - timestamp) / SECONDS_PER_DAY, volatility, profile),
      };
    }),
  };
}

/** The profile's own term structure of shocks, with another size. */
function movedVolatility(iv: number, days: number, move: number, { volatilityShock: rule }: Profile): number {
  if (rule === undefined) return iv * (1 + move);
  const number = ({ value }: { value: string }) => Number(value);
  const shape = {
    up: Math.abs(move),
    down: Math.abs(move),
    horizonDays: number(rule.horizonDays),
    shortPower: number(rule.shortPower),
    longPower: number(rule.longPower),
    shortestDays: number(rule.shortestDays),
    upFloor: 0,
  };
  return shockVolatility(iv, days, move > 0 ? "up" : "down", shape);
}

/** The maintenance set at a place: what a proof there is about. It knows no lease, and leaving that out makes rows faster. */
export function maintenanceAt(inputs: MarketInputs, profile: Profile, place: Place): RequirementSet {
  const { lease: _, ...plain } = profile;
  return buildRows(marketAt(inputs, profile, place), plain).maintenance;
}
