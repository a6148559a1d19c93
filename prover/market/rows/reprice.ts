import { DAYS_PER_YEAR, delta, intrinsic, type Option, price } from "../../pricing/black76.ts";
import { TacitError } from "../../units/errors.ts";
import { type Profile, parseMove } from "../profile/schema.ts";
import { hasExpired } from "../settled.ts";
import { SECONDS_PER_DAY } from "../time.ts";
import type { Instrument } from "../types.ts";
import { convexityGap } from "./convexity.ts";
import type { DerivedUnderlying } from "./derive.ts";
import { number, numbers } from "./numbers.ts";
import { priceAfter, shockVolatility, type VolatilityMove, type VolatilityShockRule } from "./shocks.ts";

/** A line of the scan, or of the charge for positions alone, with its numbers parsed. */
export interface Line {
  readonly move: number;
  readonly volatility: VolatilityMove;
  readonly weight: number;
  readonly unit: "range" | "fixed";
  readonly scale: number | null;
  readonly only: string | undefined;
}

/** A profile with the numbers that pricing needs. */
export interface Methodology {
  readonly profile: Profile;
  readonly lookAheadDays: number;
  readonly shock: VolatilityShockRule | null;
  readonly scenarios: readonly Line[];
  readonly isolated: readonly Line[];
}

/** What both sets share of an instrument, in USD per unit. */
export interface Repriced {
  readonly mark: number;
  readonly delta: number;
  readonly values: readonly number[];
  /** Worst of the lines for positions alone: of one unit long, and of one unit short. */
  readonly alone: { readonly long: number; readonly short: number };
  readonly decayOver: (days: number) => number;
  /** What the scan misses between its nodes; slow. */
  readonly gap: () => number;
}

/** Parses the numbers of a profile once. */
export function prepare(profile: Profile): Methodology {
  const linesOf = (as: "scenario" | "charge"): Line[] =>
    profile.scenarioGroups
      .filter((group) => group.as === as)
      .flatMap(({ unit, scale, scenarios }) =>
        scenarios.map(({ move, volatility, weight, only }) => ({
          move: parseMove(move),
          volatility,
          weight: Number(weight),
          unit,
          scale: scale === undefined ? null : Number(scale),
          only,
        })),
      );
  return {
    profile,
    lookAheadDays: number(profile.lookAheadDays),
    shock: profile.volatilityShock === undefined ? null : numbers(profile.volatilityShock),
    scenarios: linesOf("scenario"),
    isolated: linesOf("charge"),
  };
}

/** The move of an underlying in a line, as a fraction of its price; 0 where another one moves alone. */
function moveOf(line: Line, underlying: string, range: number | null): number {
  if (line.only !== undefined && line.only !== underlying) return 0;
  return line.unit === "fixed" ? line.move : line.move * (range ?? 0);
}

/** What a line's value is to whatever is linear in the price, as a fraction of that price. */
export const linearMove = (line: Line, underlying: string, range: number | null): number =>
  (line.scale === null ? 1 : (range ?? 0) / line.scale) * moveOf(line, underlying, range);

/** One instrument at one moment. @throws TacitError `BAD_MARKET` */
export function reprice(
  instrument: Instrument,
  timestamp: number,
  state: DerivedUnderlying,
  how: Methodology,
): Repriced {
  const { forward, underlying } = instrument;
  if (!Number.isFinite(forward) || forward <= 0) throw bad(instrument, "its forward must be a positive number");
  const flat = { decayOver: () => 0, gap: () => 0, alone: { long: 0, short: 0 } };
  if (hasExpired(instrument, timestamp)) {
    const mark = instrument.kind === "option" ? intrinsic(optionOf(instrument, 0, 0)) : forward;
    return { ...flat, mark, delta: 0, values: how.scenarios.map(() => 0) };
  }
  const valuesOf = (lines: readonly Line[], after: (line: Line, move: number) => number) =>
    lines.map((line) => {
      if (line.only !== undefined && line.only !== underlying) return 0;
      const scale = line.scale === null ? 1 : (state.priceRange ?? 0) / line.scale;
      return scale * after(line, moveOf(line, underlying, state.priceRange));
    });
  if (instrument.kind !== "option") {
    const after = (_: Line, move: number) => forward * move;
    return {
      ...flat,
      mark: forward - (instrument.funding ?? 0),
      delta: forward,
      values: valuesOf(how.scenarios, after),
      alone: worst(how.isolated, valuesOf(how.isolated, after)),
    };
  }
  const days = ((instrument.expiry ?? Number.NaN) - timestamp) / SECONDS_PER_DAY;
  const option = optionOf(instrument, days / DAYS_PER_YEAR, volatilityOf(instrument));
  const mark = price(option);
  const ahead = Math.max(days - how.lookAheadDays, 0) / DAYS_PER_YEAR;
  const shocked = {
    up: shockVolatility(option.volatility, days, "up", how.shock),
    down: shockVolatility(option.volatility, days, "down", how.shock),
    same: option.volatility,
  };
  const after = (line: Line, move: number) => priceAfter(option, move, shocked[line.volatility], ahead) - mark;
  const isolated = valuesOf(how.isolated, after);
  return {
    mark,
    delta: delta(option) * forward,
    values: valuesOf(how.scenarios, after),
    alone: worst(how.isolated, isolated),
    decayOver: (over) =>
      how.lookAheadDays > 0 ? 0 : mark - price({ ...option, years: Math.max(days - over, 0) / DAYS_PER_YEAR }),
    gap: () =>
      Math.max(
        ...(["up", "down", "same"] as const).map((volatility) =>
          convexityGap(
            { ...option, volatility: shocked[volatility], years: ahead },
            nodes(how.scenarios, volatility, underlying, state.priceRange),
          ),
        ),
      ),
  };
}

/** The joint moves of the scan at one volatility, ascending: what a price may pass between. */
function nodes(lines: readonly Line[], volatility: VolatilityMove, underlying: string, range: number | null): number[] {
  return lines
    .filter(
      (line) => line.unit === "range" && line.only === undefined && line.weight === 1 && line.volatility === volatility,
    )
    .map((line) => moveOf(line, underlying, range))
    .sort((a, b) => a - b);
}

const worst = (lines: readonly Line[], values: readonly number[]): { long: number; short: number } => {
  const weighted = values.map((value, s) => value * (lines[s]?.weight ?? 0));
  return { long: Math.max(0, ...weighted.map((value) => -value)), short: Math.max(0, ...weighted) };
};

function optionOf(instrument: Instrument, years: number, volatility: number): Option {
  const { forward, strike, optionType, expiry } = instrument;
  if (strike === undefined || !(strike > 0) || optionType === undefined || expiry === undefined) {
    throw bad(instrument, "an option needs a positive strike, a type and an expiry");
  }
  return { forward, strike, years, volatility, type: optionType };
}

function volatilityOf(instrument: Instrument): number {
  const { volatility } = instrument;
  if (volatility === undefined || !Number.isFinite(volatility) || volatility < 0) {
    throw bad(instrument, "an option before its expiry needs an implied volatility");
  }
  return volatility;
}

/** @param what is wrong with the instrument */
export const bad = ({ name }: Instrument, what: string): TacitError => new TacitError("BAD_MARKET", `${name}: ${what}`);
