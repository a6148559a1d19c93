import { readFile } from "node:fs/promises";
import { TacitError } from "../units/errors.ts";
import { writeWhole } from "../units/whole.ts";
import { type Listing, readListings, writeListings } from "./listings.ts";

/**
 * The listings in a file, or none when the file does not exist yet.
 * @throws TacitError `BAD_JSON`, `BAD_FIELD`, `BAD_LISTINGS`
 */
export async function loadListings(path: string): Promise<Listing[]> {
  const bytes = await readIfPresent(path);
  return bytes === undefined ? [] : readListings(bytes, path);
}

/**
 * Writes a built market and its listings, each whole or not at all. The listings go first: an id that no market file
 * uses yet is harmless, a market file with ids that nobody remembers is not.
 * @throws TacitError `LISTINGS_CHANGED` when another build has extended the listings since they were read
 */
export async function saveMarket(request: {
  readonly out: string;
  readonly fileBytes: Uint8Array;
  readonly listingsPath: string;
  /** As they were read before the build. */
  readonly before: readonly Listing[];
  readonly listings: readonly Listing[];
}): Promise<void> {
  const { out, fileBytes, listingsPath, before, listings } = request;
  if (listings.length > before.length) {
    const now = await loadListings(listingsPath);
    if (!Buffer.from(writeListings(now)).equals(writeListings(before))) {
      throw new TacitError("LISTINGS_CHANGED", `${listingsPath} was changed while the market was being built`, {
        hint: "Build the market again.",
      });
    }
    await writeWhole(listingsPath, writeListings(listings));
  }
  await writeWhole(out, fileBytes);
}

async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
