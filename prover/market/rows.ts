import type { RequirementSet, Row } from "../risk/types.ts";
import { TacitError } from "../units/errors.ts";
import { Coverage, Price } from "../units/units.ts";
import type { Profile } from "./profile/schema.ts";
import { charge } from "./rows/charge.ts";
import { assertInitialCovers, assertSpotHelps } from "./rows/checks.ts";
import { type DerivedUnderlying, derive } from "./rows/derive.ts";
import { leaseCharges, most, outlook } from "./rows/lease.ts";
import { setBucket, setScenarios } from "./rows/parameters.ts";
import { bad, prepare, reprice } from "./rows/reprice.ts";
import { hasExpired } from "./settled.ts";
import { type MarketInputs, SET_NAMES, type SetName } from "./types.ts";

export interface BuiltRows {
  readonly maintenance: RequirementSet;
  readonly initial: RequirementSet;
  readonly derived: Readonly<Record<string, DerivedUnderlying>>;
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
  const view = outlook(inputs, derived, methodology);
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
    const none = { long: 0, short: 0 };
    const lapsed = hasExpired(instrument, inputs.timestamp);
    const leased = lapsed || view === null ? none : leaseCharges(instrument, repriced, methodology, view);
    for (const side of SET_NAMES) {
      const charged = lapsed ? none : charge(instrument, repriced, state, profile, side);
      const { long, short } = side === "initial" ? most(charged, leased) : charged;
      rows[side].set(instrument.id, {
        ...shared,
        long: toPrice(long, Math.ceil, `${instrument.name}: long charge`),
        short: toPrice(short, Math.ceil, `${instrument.name}: short charge`),
      });
    }
  }
  const build = (side: SetName): RequirementSet => ({
    name: side,
    scenarios: setScenarios(profile, side, view?.widening ?? 1),
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

function toPrice(usd: number, round: (value: number) => number, where: string): Price {
  const micros = round(usd * 1e6);
  if (!Number.isFinite(micros)) throw new TacitError("BAD_MARKET", `${where}: it has no finite value`);
  return Price.of(BigInt(micros), where);
}
