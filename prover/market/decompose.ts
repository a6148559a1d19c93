import type { Bucket, RequirementSet } from "../risk/types.ts";
import { TacitError } from "../units/errors.ts";
import { Notional, Price, Ratio } from "../units/units.ts";
import type { FileInstrument, MarketFile } from "./file.ts";
import { parseShare } from "./share.ts";
import { type Instrument, type MarketInputs, SET_NAMES, type SetName } from "./types.ts";

/** What the rows of a market file were built from. */
export function inputsOf(file: MarketFile): MarketInputs {
  const underlyings = Object.entries(file.underlyings).map(([name, { index, closes }]) => [
    name,
    { index: Number(index), closes: closes.map(Number) },
  ]);
  return {
    venue: file.venue,
    timestamp: file.timestamp,
    underlyings: Object.fromEntries(underlyings),
    instruments: file.instruments.map(readInstrument),
  };
}

function readInstrument(raw: FileInstrument): Instrument {
  const { id, name, kind, underlying } = raw;
  const base = { id, name, kind, underlying, forward: Number(raw.forward) };
  if (raw.kind === "spot") return raw.share === undefined ? base : { ...base, share: parseShare(raw.share, name) };
  if (raw.kind === "perp") return raw.funding === undefined ? base : { ...base, funding: Number(raw.funding) };
  if (raw.kind === "future") return { ...base, expiry: raw.expiry };
  const { expiry, strike, optionType, volatility } = raw;
  const vol = volatility === undefined ? {} : { volatility: Number(volatility) };
  return { ...base, expiry, strike: Number(strike), optionType, ...vol };
}

/**
 * One requirement set as a market file states it.
 * @param file how errors name the file
 * @throws TacitError `BAD_DECIMAL`, `OUT_OF_RANGE`, `BAD_MARKET`
 */
export function setOf(market: MarketFile, name: SetName, file: string): RequirementSet {
  const at = (path: string) => `${file}: ${path}`;
  const buckets = market.sets[name].buckets.map((raw, b) => readBucket(raw, at(`sets.${name}.buckets[${b}]`)));
  const scenarios = market.scenarios.map(({ name: scenario, weight }, s) => ({
    name: scenario,
    weight: Ratio.parse(weight[name], at(`scenarios[${s}].weight.${name}`)),
  }));
  const rows = market.instruments.map((raw, i) => {
    const where = at(`instruments[${i}] ${raw.name}`);
    if (raw.bucket >= buckets.length)
      throw new TacitError("BAD_MARKET", `${where}.bucket: there is no bucket ${raw.bucket}`);
    if (raw.values.length !== scenarios.length) {
      const problem = `${raw.values.length} values for ${scenarios.length} scenarios`;
      throw new TacitError("BAD_MARKET", `${where}.values: ${problem}`);
    }
    const [long, short] = raw.charges[name].map((charge, side) => {
      const value = Price.parse(charge, `${where}.charges.${name}[${side}]`);
      if (value < 0n)
        throw new TacitError("BAD_MARKET", `${where}.charges.${name}[${side}]: a charge is never negative`);
      return value;
    });
    return {
      id: raw.id,
      bucket: raw.bucket,
      mark: Price.parse(raw.mark, `${where}.mark`),
      delta: Price.parse(raw.delta, `${where}.delta`),
      long: long ?? Price.of(0n, where),
      short: short ?? Price.of(0n, where),
      values: raw.values.map((value, s) => Price.parse(value, `${where}.values[${s}]`)),
    };
  });
  return { name, scenarios, buckets, rows: new Map(rows.map((row) => [row.id, row])) };
}

function readBucket(raw: MarketFile["sets"]["initial"]["buckets"][number], where: string): Bucket {
  const bucket = {
    name: raw.name,
    gain: Ratio.parse(raw.gain, `${where}.gain`),
    loss: Ratio.parse(raw.loss, `${where}.loss`),
    a: Ratio.parse(raw.a, `${where}.a`),
    h: Ratio.parse(raw.h, `${where}.h`),
    tiers: raw.tiers.map(({ rate, deduction }, j) => ({
      rate: Ratio.parse(rate, `${where}.tiers[${j}].rate`),
      deduction: Notional.parse(deduction, `${where}.tiers[${j}].deduction`),
    })),
  };
  if (bucket.gain > bucket.loss) throw new TacitError("BAD_MARKET", `${where}.gain is above its loss`);
  if (2n * bucket.a < bucket.h) throw new TacitError("BAD_MARKET", `${where}.a is below half of its h`);
  return bucket;
}

/** Both sets of a market file. @throws TacitError as `setOf` */
export const setsOf = (market: MarketFile, file: string): Record<SetName, RequirementSet> => {
  const [maintenance, initial] = SET_NAMES.map((name) => setOf(market, name, file));
  if (maintenance === undefined || initial === undefined)
    throw new TacitError("BAD_MARKET", `${file}: a set is missing`);
  return { maintenance, initial };
};
