import type { RequirementSet, Row } from "../risk/types.ts";
import { TacitError } from "../units/errors.ts";
import { Notional, Price, Ratio } from "../units/units.ts";
import { type FileInstrument, formatRoot, type MarketFile } from "./file.ts";
import type { PublishedSets } from "./publish.ts";
import type { DerivedUnderlying } from "./rows/derive.ts";
import { formatShare } from "./share.ts";
import type { Instrument, MarketInputs, PublishedSet, SetName } from "./types.ts";

/** What a market file says of its origin. */
export type Provenance = Pick<MarketFile, "sources" | "listings" | "profile">;

/**
 * The market file of what was imported and built.
 * @throws TacitError `SETS_DIFFER` when the sets disagree on what the file states once for both
 */
export function composeMarketFile(
  inputs: MarketInputs,
  { sets, derived }: PublishedSets,
  provenance: Provenance,
): MarketFile {
  const { maintenance, initial } = sets;
  const scenarios = initial.scenarios.map(({ name, weight }, s) => {
    const other = maintenance.scenarios[s];
    if (other?.name !== name || maintenance.scenarios.length !== initial.scenarios.length)
      throw differ(`scenario ${name}`);
    return { name, weight: { maintenance: Ratio.format(other.weight), initial: Ratio.format(weight) } };
  });
  const underlyings = Object.entries(inputs.underlyings).map(([name, { index, closes }]) => [
    name,
    { index: String(index), derived: composeDerived(derived[name]), closes: closes.map(String) },
  ]);
  return {
    $schema: "urn:tacit:market",
    version: 1,
    venue: inputs.venue,
    timestamp: inputs.timestamp,
    sources: provenance.sources,
    listings: provenance.listings,
    profile: provenance.profile,
    underlyings: Object.fromEntries(underlyings),
    scenarios,
    sets: { maintenance: composeSet(maintenance), initial: composeSet(initial) },
    instruments: inputs.instruments.map((instrument) => composeInstrument(instrument, sets)),
  };
}

const differ = (what: string) =>
  new TacitError("SETS_DIFFER", `${what} differs between the maintenance and the initial set in more than its weight`);

type FileDerived = MarketFile["underlyings"][string]["derived"];

function composeDerived(derived: DerivedUnderlying | undefined): FileDerived {
  const shown = (value: number | null | undefined) => value?.toFixed(9) ?? null;
  const haircut = { maintenance: shown(derived?.haircut.maintenance), initial: shown(derived?.haircut.initial) };
  return { sigma: shown(derived?.sigma), priceRange: shown(derived?.priceRange), haircut };
}

function composeSet(set: PublishedSet): MarketFile["sets"]["initial"] {
  return {
    buckets: set.buckets.map(({ name, gain, loss, a, h, tiers }) => ({
      name,
      gain: Ratio.format(gain),
      loss: Ratio.format(loss),
      a: Ratio.format(a),
      h: Ratio.format(h),
      tiers: tiers.map(({ rate, deduction }) => ({ rate: Ratio.format(rate), deduction: Notional.format(deduction) })),
    })),
    rowsRoot: formatRoot(set.rowsRoot),
    paramsHash: formatRoot(set.paramsHash),
    requirementRoot: formatRoot(set.requirementRoot),
  };
}

function composeInstrument(instrument: Instrument, sets: Readonly<Record<SetName, RequirementSet>>): FileInstrument {
  const initial = sets.initial.rows.get(instrument.id);
  const maintenance = sets.maintenance.rows.get(instrument.id);
  if (initial === undefined || maintenance === undefined || !sameButCharges(initial, maintenance)) {
    throw differ(instrument.name);
  }
  const { id, name, kind, underlying } = instrument;
  const numbers = {
    forward: String(instrument.forward),
    bucket: initial.bucket,
    mark: Price.format(initial.mark),
    delta: Price.format(initial.delta),
    charges: { maintenance: composeCharges(maintenance), initial: composeCharges(initial) },
    values: initial.values.map(Price.format),
  };
  if (kind === "spot") {
    const share = instrument.share === undefined ? {} : { share: formatShare(instrument.share) };
    return { id, name, kind, underlying, ...share, ...numbers };
  }
  if (kind === "perp") {
    const funding = instrument.funding === undefined ? {} : { funding: writeFunding(instrument.funding) };
    return { id, name, kind, underlying, ...funding, ...numbers };
  }
  const { expiry, strike, optionType, volatility } = instrument;
  if (expiry === undefined) throw differ(name);
  if (kind === "future") return { id, name, kind, underlying, expiry, ...numbers };
  if (strike === undefined || optionType === undefined) throw differ(name);
  const vol = volatility === undefined ? {} : { volatility: String(volatility) };
  return { id, name, kind, underlying, expiry, strike: String(strike), optionType, ...vol, ...numbers };
}

/** Never in exponents, as `String` writes what is small. */
const writeFunding = (usd: number): string => Price.format(Price.of(BigInt(Math.round(usd * 1e6)), "funding"));

const composeCharges = ({ long, short }: Row): [string, string] => [Price.format(long), Price.format(short)];

const sameButCharges = (a: Row, b: Row): boolean =>
  a.bucket === b.bucket &&
  a.mark === b.mark &&
  a.delta === b.delta &&
  a.values.length === b.values.length &&
  a.values.every((value, s) => value === b.values[s]);
