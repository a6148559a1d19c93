import { createHash } from "node:crypto";
import { TacitError } from "../units/errors.ts";
import { closesBefore, readCandles } from "./candles.ts";
import type { Provenance } from "./compose.ts";
import { readDeribitChain } from "./deribit/chain.ts";
import { parseName } from "./deribit/names.ts";
import { extendListings, type Listing } from "./listings.ts";
import type { Profile } from "./profile/schema.ts";
import { type Settlements, settledInstruments } from "./settled.ts";
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
  readonly profile: Profile;
  /** Everything listed before. */
  readonly listings: readonly Listing[];
  /** Of instruments that have expired and shall stay provable. */
  readonly settlements?: Settlements;
}

export interface ImportedMarket {
  readonly inputs: MarketInputs;
  /** The earlier listings with the new instruments appended. */
  readonly listings: readonly Listing[];
  readonly sources: Provenance["sources"];
}

/** How many closes a market keeps: at a decay of 0.97 a day, the 366th weighs 0.000015 of the newest. */
const CLOSES_KEPT = 366;

/**
 * What a market's rows are built from, out of the files that venues published.
 * @throws TacitError of the chain's, the candles' and the listings' readers, `UNUSED_HISTORY`, `NO_HISTORY`
 */
export function importMarket(request: MarketRequest): ImportedMarket {
  const { chain, histories, profile, settlements = {} } = request;
  const known = new Set([...Object.keys(profile.underlyings), ...Object.keys(histories)]);
  const snapshot = readDeribitChain(chain.bytes, chain.name, [...known].sort());
  const { timestamp, venue } = snapshot;
  const unlisted = [...snapshot.instruments, ...settledInstruments(request.listings, settlements, timestamp)];
  const listings = extendListings(request.listings, unlisted, (name) => {
    const parsed = parseName(name);
    return parsed === undefined || !("expiry" in parsed) || parsed.expiry > timestamp;
  });
  const ids = new Map(listings.map(({ id, name }) => [name, id]));
  const instruments = unlisted
    .map((instrument): Instrument => ({ id: ids.get(instrument.name) ?? 0, ...instrument }))
    .sort((a, b) => a.id - b.id);
  const underlyings = readUnderlyings(snapshot.index, request, timestamp);
  const hashes = Object.entries(histories)
    .map(([name, { bytes }]) => [name, sha256(bytes)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    inputs: { venue, timestamp, underlyings, instruments },
    listings,
    sources: { chain: sha256(chain.bytes), histories: Object.fromEntries(hashes) },
  };
}

function readUnderlyings(
  index: Readonly<Record<string, number>>,
  { histories, profile }: MarketRequest,
  timestamp: number,
): MarketInputs["underlyings"] {
  for (const [name, { name: file }] of Object.entries(histories)) {
    if (index[name] === undefined) {
      throw new TacitError("UNUSED_HISTORY", `${file}: the chain lists nothing of ${name}`, {
        hint: `Leave the history of ${name} out.`,
      });
    }
  }
  return Object.fromEntries(
    Object.entries(index).map(([name, price]) => {
      const history = histories[name];
      if (history === undefined) {
        if (profile.volatility === undefined) return [name, { index: price, closes: [] }];
        throw new TacitError("NO_HISTORY", `profile ${profile.name} needs a price history of ${name}`, {
          hint: `Give its daily candles: --history ${name}=candles.csv`,
        });
      }
      const closes = closesBefore(readCandles(history.bytes, history.name), history.name, timestamp, CLOSES_KEPT);
      return [name, { index: price, closes }];
    }),
  );
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
