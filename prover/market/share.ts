import { z } from "zod";
import { formatDecimal, parseDecimal } from "../units/decimal.ts";
import { TacitError } from "../units/errors.ts";
import { parseJson } from "../units/json.ts";
import { parseName } from "./deribit/names.ts";
import type { Instrument } from "./types.ts";

/** What makes a spot instrument a share of an ERC-4626 vault. Rates are 1e-18 of the underlying per share. */
export interface Share {
  /** What the vault tells of one share. */
  readonly rate: bigint;
  /** Where the bound starts from: a rate and the unix second at which it stood. */
  readonly anchor: { readonly rate: bigint; readonly time: number };
  /** By which the anchor may grow in 365 days, 1e-18. */
  readonly growth: bigint;
}

/** A share before it is listed. */
export interface NamedShare extends Share {
  readonly name: string;
  readonly underlying: string;
}

const PLACES = 18;
const ONE = 10n ** BigInt(PLACES);
const YEAR = 365n * 86_400n;

const decimal = z.string().regex(/^\d{1,9}(\.\d{1,18})?$/, "must be a decimal string without sign, at most 18 places");
const time = z
  .int()
  .min(1)
  .max(2 ** 40);

/** A share as market files and files of shares state it. */
export const shareFields = {
  rate: decimal,
  anchor: z.strictObject({ rate: decimal, time }),
  growth: decimal,
};

/** The JSON file of the shares that a market takes, version 1: what each one's `ShareRate` contract says. */
export const sharesSchema = z.strictObject({
  $schema: z.literal("urn:tacit:shares"),
  version: z.literal(1),
  shares: z.array(
    z.strictObject({
      name: z.string().regex(/^[A-Z0-9]{1,16}$/, "must be 1 to 16 capital letters and digits"),
      underlying: z.string(),
      ...shareFields,
    }),
  ),
});

interface RawShare {
  readonly rate: string;
  readonly anchor: { readonly rate: string; readonly time: number };
  readonly growth: string;
}

/** @throws TacitError `BAD_DECIMAL` */
export const parseShare = (raw: RawShare, where: string): Share => ({
  rate: parseDecimal(raw.rate, PLACES, `${where}.rate`),
  anchor: { rate: parseDecimal(raw.anchor.rate, PLACES, `${where}.anchor.rate`), time: raw.anchor.time },
  growth: parseDecimal(raw.growth, PLACES, `${where}.growth`),
});

export const formatShare = ({ rate, anchor, growth }: Share): RawShare => ({
  rate: formatRate(rate),
  anchor: { rate: formatRate(anchor.rate), time: anchor.time },
  growth: formatRate(growth),
});

export const formatRate = (rate: bigint): string => formatDecimal(rate, PLACES);

/** Reads a file of shares. @throws TacitError `BAD_JSON`, `BAD_FIELD` */
export function readShares(text: string, file: string): NamedShare[] {
  const { shares } = parseJson(text, file, sharesSchema);
  return shares.map(({ name, underlying, ...raw }, i) => ({
    name,
    underlying,
    ...parseShare(raw, `${file}: shares[${i}]`),
  }));
}

/** The most that a share may count as, rounded down as `ShareRate.most` does. @throws TacitError `BAD_SHARE` */
export function mostRate({ anchor, growth }: Share, timestamp: number, name: string): bigint {
  if (anchor.time > timestamp) throw bad(name, `its anchor is of ${anchor.time}, after the market's ${timestamp}`);
  if (growth > ONE) throw bad(name, "its growth is above 1 a year");
  return anchor.rate + (anchor.rate * growth * BigInt(timestamp - anchor.time)) / (YEAR * ONE);
}

/**
 * What a share counts as: what its vault tells, but never above its bound. It is capped rather than refused, so that a
 * donation to a vault cannot keep a venue from publishing its next market.
 */
export function countedRate(share: Share, timestamp: number, name: string): bigint {
  const most = mostRate(share, timestamp, name);
  return share.rate < most ? share.rate : most;
}

/**
 * USD per share, down to 1e-6, from the index of its underlying; one that counts for nothing stands at the smallest price,
 * so that accounts which hold it can be proven.
 */
export function sharePrice(index: number, share: Share, timestamp: number, name: string): number {
  const micros = parseDecimal(index.toFixed(6), 6, `the index of ${name}`);
  const price = (micros * countedRate(share, timestamp, name)) / ONE;
  return Number(price > 0n ? price : 1n) / 1e6;
}

/** Shares as spot instruments at their prices, before they have ids. @throws TacitError `BAD_SHARE` */
export function shareInstruments(
  shares: readonly NamedShare[],
  index: Readonly<Record<string, number>>,
  timestamp: number,
): Omit<Instrument, "id">[] {
  const names = new Set<string>();
  return shares.map(({ name, underlying, ...share }) => {
    const price = Object.hasOwn(index, underlying) ? index[underlying] : undefined;
    if (price === undefined) throw bad(name, `the chain has no index of its underlying ${underlying}`);
    if (Object.hasOwn(index, name) || names.has(name)) throw bad(name, "another instrument has this name");
    if (parseName(name)?.kind !== "spot") throw bad(name, "this is not a name of collateral");
    names.add(name);
    return { name, kind: "spot", underlying, forward: sharePrice(price, share, timestamp, name), share };
  });
}

/** The shares among a market's instruments. */
export const sharesOf = (instruments: readonly Instrument[]): NamedShare[] =>
  instruments.flatMap(({ name, underlying, share }) => (share === undefined ? [] : [{ name, underlying, ...share }]));

/** Those whose vaults tell more than is counted, in words. */
export const cappedShares = (instruments: readonly Instrument[], timestamp: number): string[] =>
  sharesOf(instruments).flatMap(({ name, underlying, ...share }) => {
    const counted = countedRate(share, timestamp, name);
    if (share.rate <= counted) return [];
    return [
      `${name} tells ${formatRate(share.rate)} ${underlying} and counts as ${formatRate(counted)}, its bound: was its vault given assets?`,
    ];
  });

const bad = (name: string, problem: string): TacitError =>
  new TacitError("BAD_SHARE", `share ${name}: ${problem}`, {
    hint: "Take rate, anchor and growth from the share's ShareRate contract, at the time of the chain.",
  });
