import { createHash } from "node:crypto";
import { TacitError } from "../units/errors.ts";
import { closesBefore, readCandles } from "./candles.ts";
import type { Provenance } from "./compose.ts";
import { readDeribitChain } from "./deribit/chain.ts";
import { parseName } from "./deribit/names.ts";
import { type Funding, withFunding } from "./funding.ts";
import { extendListings, type Listing } from "./listings.ts";
import type { Profile } from "./profile/schema.ts";
import { type Settlements, settledInstruments } from "./settled.ts";
import { cappedShares, type NamedShare, shareInstruments } from "./share.ts";
import type { Instrument, MarketInputs } from "./types.ts";

/** A file's bytes and the name that errors give it. */
export interface SourceFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface MarketRequest {
  /** Snapshot of an option chain, as `readDeribitChain` takes it. */
  readonly chain: SourceFile;
  /** Daily candles by underlying, as `readCandles` takes them; a profile without volatility needs none. */
  readonly histories: Readonly<Record<string, SourceFile>>;
  /** Underlyings known before, with what is taken of their histories where those are not at hand: a verifier's, from the file. */
  readonly taken?: Readonly<Record<string, UsedHistory | undefined>>;
  readonly profile: Profile;
  /** Everything listed before. */
  readonly listings: readonly Listing[];
  /** Of instruments that have expired and shall stay provable. */
  readonly settlements?: Settlements;
  /** Of perpetuals; 0 where it is not given. */
  readonly funding?: Funding;
  /** Of ERC-4626 vaults, taken as collateral. */
  readonly shares?: readonly NamedShare[];
}

/** What a market keeps of a history. */
export interface UsedHistory {
  readonly closes: readonly number[];
  readonly sha256: string;
}

export interface ImportedMarket {
  readonly inputs: MarketInputs;
  /** The earlier listings with the new instruments appended. */
  readonly listings: readonly Listing[];
  /** Of the files that the market was built from, and of no other. */
  readonly sources: Provenance["sources"];
  readonly warnings: readonly string[];
}

/** How many closes a market keeps: at a decay of 0.97 a day, the 366th weighs 0.000015 of the newest. */
const CLOSES_KEPT = 366;

/**
 * What a market's rows are built from, out of the files that venues published.
 * @throws TacitError of the chain's, the candles' and the listings' readers, `NO_HISTORY`, `BAD_SHARE`, `BAD_FUNDING`
 */
export function importMarket(request: MarketRequest): ImportedMarket {
  const { chain, histories, profile, settlements = {}, shares = [], funding = {} } = request;
  const known = new Set([
    ...Object.keys(profile.underlyings),
    ...Object.keys(histories),
    ...Object.keys(request.taken ?? {}),
  ]);
  const snapshot = readDeribitChain(chain.bytes, chain.name, [...known].sort());
  const { timestamp, venue } = snapshot;
  const unlisted = [
    ...withFunding(snapshot.instruments, funding),
    ...shareInstruments(shares, snapshot.index, timestamp),
    ...settledInstruments(request.listings, settlements, timestamp),
  ];
  const listings = extendListings(request.listings, unlisted, (name) => {
    const parsed = parseName(name);
    return parsed === undefined || !("expiry" in parsed) || parsed.expiry > timestamp;
  });
  const ids = new Map(listings.map(({ id, name }) => [name, id]));
  const instruments = unlisted
    .map((instrument): Instrument => ({ id: ids.get(instrument.name) ?? 0, ...instrument }))
    .sort((a, b) => a.id - b.id);
  const used = readUnderlyings(snapshot.index, request, timestamp);
  const underlyings = Object.fromEntries(
    Object.entries(used).map(([name, { index, closes }]) => [name, { index, closes }]),
  );
  const hashes = Object.entries(used).flatMap(([name, { sha256 }]) => (sha256 === undefined ? [] : [[name, sha256]]));
  const unused = Object.entries(histories).filter(([name]) => used[name]?.sha256 === undefined);
  return {
    inputs: { venue, timestamp, underlyings, instruments },
    listings,
    sources: { chain: sha256(chain.bytes), histories: Object.fromEntries(hashes) },
    warnings: [
      ...unused.map(([name, { name: file }]) => notUsed(file, name, used[name] !== undefined, profile)),
      ...doubtfulHistories(underlyings),
      ...cappedShares(instruments, timestamp),
    ],
  };
}

const notUsed = (file: string, asset: string, listed: boolean, profile: Profile): string =>
  `${file} is not used: ${listed ? `profile ${profile.name} looks at no history` : `the chain lists nothing of ${asset}`}`;

/** Every underlying of the chain with its closes, from its history where the profile looks at one. */
function readUnderlyings(
  index: Readonly<Record<string, number>>,
  { histories, taken = {}, profile }: MarketRequest,
  timestamp: number,
): Readonly<Record<string, UsedUnderlying>> {
  return Object.fromEntries(
    Object.entries(index).map(([name, price]): [string, UsedUnderlying] => {
      if (profile.volatility === undefined) return [name, { index: price, closes: [] }];
      const history = histories[name];
      if (history !== undefined) return [name, { index: price, ...readHistory(history, timestamp) }];
      const own = Object.hasOwn(taken, name) ? taken[name] : undefined;
      if (own !== undefined) return [name, { index: price, ...own }];
      throw new TacitError("NO_HISTORY", `profile ${profile.name} needs a price history of ${name}`, {
        hint: `Give its daily candles: --history ${name}=candles.csv`,
      });
    }),
  );
}

interface UsedUnderlying {
  readonly index: number;
  readonly closes: readonly number[];
  /** Of the history, where one is used. */
  readonly sha256?: string;
}

/** What a market takes from a file of candles. @throws TacitError `BAD_CSV`, `STALE_HISTORY` */
export const readHistory = ({ name, bytes }: SourceFile, timestamp: number): UsedHistory => ({
  closes: closesBefore(readCandles(bytes, name), name, timestamp, CLOSES_KEPT),
  sha256: sha256(bytes),
});

/** The underlyings whose last close is not within a factor of 2 of the index: no day is like that, another asset is. */
export function doubtfulHistories(underlyings: MarketInputs["underlyings"]): string[] {
  return Object.entries(underlyings).flatMap(([name, { index, closes }]) => {
    const last = closes.at(-1);
    if (last === undefined || (last <= 2 * index && index <= 2 * last)) return [];
    return [`the history of ${name} ends at ${last} USD, its index is ${index} USD: is this ${name}'s history?`];
  });
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
