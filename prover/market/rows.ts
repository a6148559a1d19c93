import { DAYS_PER_YEAR, delta, intrinsic, type Option, price } from "../pricing/black76.ts";
import type { RequirementSet, Row } from "../risk/types.ts";
import { TacitError } from "../units/errors.ts";
import { Coverage, Price } from "../units/units.ts";
import { type Cited, type Profile, parseMove } from "./profile/schema.ts";
import { assertInitialCovers, assertSpotHelps } from "./rows/checks.ts";
import { convexityGap } from "./rows/convexity.ts";
import { setBucket, setScenarios, underlyingRule } from "./rows/parameters.ts";
import { priceAfter, shockVolatility, type VolatilityMove, type VolatilityShockRule } from "./rows/shocks.ts";
import { hasExpired } from "./settled.ts";
import { SECONDS_PER_DAY } from "./time.ts";
import { type Instrument, type MarketInputs, SET_NAMES, type SetName } from "./types.ts";
import { ewmaVolatility, haircut, priceRange } from "./volatility.ts";

/** What a profile made of one underlying's history; null where the profile does not ask for it. */
export interface DerivedUnderlying {
  /** EWMA of daily log returns. */
  readonly sigma: number | null;
  readonly priceRange: number | null;
  readonly haircut: Readonly<Record<SetName, number | null>>;
}

export interface BuiltRows {
  readonly maintenance: RequirementSet;
  readonly initial: RequirementSet;
  readonly derived: Readonly<Record<string, DerivedUnderlying>>;
}

/** A line of the scan, or of the charge for positions alone, with its numbers parsed. */
interface Line {
  readonly move: number;
  readonly volatility: VolatilityMove;
  readonly weight: number;
  readonly unit: "range" | "fixed";
  readonly scale: number | null;
  readonly only: string | undefined;
}

/** A profile with the numbers that pricing needs. */
interface Methodology {
  readonly profile: Profile;
  readonly lookAheadDays: number;
  readonly shock: VolatilityShockRule | null;
  readonly scenarios: readonly Line[];
  readonly isolated: readonly Line[];
}

/** What both sets share of an instrument, in USD per unit. */
interface Repriced {
  readonly mark: number;
  readonly delta: number;
  readonly values: readonly number[];
  /** Worst of the lines for positions alone: of one unit long, and of one unit short. */
  readonly alone: { readonly long: number; readonly short: number };
  readonly decayOver: (days: number) => number;
  readonly gap: number;
}

/**
 * The requirement sets of a market under a profile. Pure and deterministic: the same inputs give the same integers on
 * every machine. Prices are `number` up to here; each is rounded once, to 1e-6 USD: marks, deltas and values to the
 * nearest, for a signed quantity knows no prudent side, charges up. `docs/METHODOLOGY.md` has every formula.
 * @throws TacitError `BAD_MARKET` for an instrument that cannot be priced, `SHORT_HISTORY`, `BAD_HISTORY`,
 * `UNSAFE_SETS`, `UNSAFE_SPOT` for a profile that is not safe on this market, `OUT_OF_RANGE`
 */
export function buildRows(inputs: MarketInputs, profile: Profile): BuiltRows {
  const methodology = prepare(profile);
  const names = Object.keys(inputs.underlyings).sort();
  const derived = Object.fromEntries(names.map((name) => [name, derive(inputs, profile, name)]));
  const bucketOf = new Map(names.map((name, index) => [name, index]));
  const rows = { maintenance: new Map<number, Row>(), initial: new Map<number, Row>() };
  for (const instrument of inputs.instruments) {
    const bucket = bucketOf.get(instrument.underlying);
    const state = derived[instrument.underlying];
    if (bucket === undefined || state === undefined)
      throw bad(instrument, `there is no underlying ${instrument.underlying}`);
    const repriced = reprice(instrument, inputs.timestamp, state, methodology);
    const shared = {
      id: instrument.id,
      bucket,
      mark: toPrice(repriced.mark, Math.round, `${instrument.name}: mark`),
      delta: toPrice(repriced.delta, Math.round, `${instrument.name}: delta`),
      values: repriced.values.map((value) => toPrice(value, Math.round, `${instrument.name}: scenario value`)),
    };
    for (const side of SET_NAMES) {
      const { long, short } = hasExpired(instrument, inputs.timestamp)
        ? { long: 0, short: 0 }
        : charge(instrument, repriced, state, profile, side);
      rows[side].set(instrument.id, {
        ...shared,
        long: toPrice(long, Math.ceil, `${instrument.name}: long charge`),
        short: toPrice(short, Math.ceil, `${instrument.name}: short charge`),
      });
    }
  }
  const build = (side: SetName): RequirementSet => ({
    name: side,
    scenarios: setScenarios(profile, side),
    buckets: names.map((name) => setBucket(profile, side, name)),
    rows: rows[side],
  });
  const sets = { maintenance: build("maintenance"), initial: build("initial") };
  assertInitialCovers(sets.maintenance, sets.initial);
  const largest = Coverage.parse(profile.largestCoverage.value, `profile ${profile.name}: largestCoverage`);
  const spot = inputs.instruments.filter(({ kind }) => kind === "spot");
  for (const side of SET_NAMES) assertSpotHelps(sets[side], spot, largest);
  return { ...sets, derived };
}

const number = ({ value }: Cited): number => Number(value);

const numbers = <K extends string>(rule: Readonly<Record<K, Cited>>): Record<K, number> =>
  Object.fromEntries(Object.entries<Cited>(rule).map(([key, cited]) => [key, number(cited)])) as Record<K, number>;

function prepare(profile: Profile): Methodology {
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

function derive(inputs: MarketInputs, profile: Profile, name: string): DerivedUnderlying {
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

/** The move of an underlying in a line, as a fraction of its price; 0 where another one moves alone. */
function moveOf(line: Line, underlying: string, range: number | null): number {
  if (line.only !== undefined && line.only !== underlying) return 0;
  return line.unit === "fixed" ? line.move : line.move * (range ?? 0);
}

function reprice(instrument: Instrument, timestamp: number, state: DerivedUnderlying, how: Methodology): Repriced {
  const { forward, underlying } = instrument;
  if (!Number.isFinite(forward) || forward <= 0) throw bad(instrument, "its forward must be a positive number");
  const flat = { decayOver: () => 0, gap: 0, alone: { long: 0, short: 0 } };
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
      mark: forward,
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
    gap: Math.max(
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

/** The charges of one unit in USD, before rounding. */
function charge(
  { kind, forward, underlying }: Instrument,
  { mark, delta: exposure, decayOver, gap, alone }: Repriced,
  state: DerivedUnderlying,
  profile: Profile,
  side: SetName,
): { long: number; short: number } {
  if (kind === "spot") {
    const cut = (state.haircut[side] ?? 0) * mark;
    return { long: cut, short: cut };
  }
  const set = profile.sets[side];
  const rates = numbers(set.charges);
  const factor = number(set.factor);
  const common = (rates.basis + rates.confidence) * Math.abs(exposure) + (kind === "perp" ? rates.perp * mark : 0);
  const long = common + rates.isolated * factor * alone.long;
  const short = common + rates.isolated * factor * alone.short;
  if (kind !== "option") return { long, short };
  const unseen = rates.convexity * factor * number(underlyingRule(profile, underlying).loss) * gap;
  return { long: long + decayOver(rates.decayDays) + unseen, short: short + rates.shortOption * forward };
}

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

function toPrice(usd: number, round: (value: number) => number, where: string): Price {
  const micros = round(usd * 1e6);
  if (!Number.isFinite(micros)) throw new TacitError("BAD_MARKET", `${where}: it has no finite value`);
  return Price.of(BigInt(micros), where);
}

const bad = ({ name }: Instrument, what: string): TacitError => new TacitError("BAD_MARKET", `${name}: ${what}`);
