import { Price } from "../units/units.ts";
import { composeMarketFile } from "./compose.ts";
import { writeMarketFile } from "./file.ts";
import { importMarket, type MarketRequest } from "./import.ts";
import { type Listing, listingsHash } from "./listings.ts";
import { assertOwnName } from "./profile/shipped.ts";
import { publishSets } from "./publish.ts";
import { marketHash } from "./read.ts";
import type { Market } from "./types.ts";

export interface BuiltMarket {
  readonly market: Market;
  /** The market file, byte for byte the same for the same request. */
  readonly fileBytes: Uint8Array;
  /** The earlier listings with the new instruments appended. */
  readonly listings: readonly Listing[];
  /** What somebody should look at: histories that were left out, or that look like another asset's. */
  readonly warnings: readonly string[];
}

/**
 * Builds a market from what venues published. Writes nothing; `saveMarket` does.
 * @throws TacitError `EDITED_PROFILE`, and those of `importMarket` and `publishSets`
 */
export async function buildMarket(request: MarketRequest): Promise<BuiltMarket> {
  const { profile } = request;
  assertOwnName(profile, "", "Give a profile of your own a name of its own.");
  const { inputs, listings, sources, warnings } = importMarket(request);
  const published = await publishSets(inputs, profile);
  const listed = { entries: listings.length, sha256: listingsHash(listings) };
  const fileBytes = writeMarketFile(composeMarketFile(inputs, published, { sources, listings: listed, profile }));
  const { venue, timestamp, underlyings, instruments } = inputs;
  const index = Object.fromEntries(
    Object.entries(underlyings).map(([name, { index }]) => [name, Price.parse(String(index), `index of ${name}`)]),
  );
  const { sets } = published;
  const market = {
    venue,
    timestamp,
    profile: profile.name,
    index,
    instruments,
    sets,
    hash: await marketHash(fileBytes),
  };
  return { market, fileBytes, listings, warnings };
}
