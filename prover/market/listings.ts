import { createHash } from "node:crypto";
import { z } from "zod";
import { TacitError } from "../units/errors.ts";
import { parseJson } from "../units/json.ts";
import { LABEL } from "./file.ts";

/** One instrument that was ever listed, under the id it keeps for ever. */
export interface Listing {
  readonly id: number;
  readonly name: string;
}

/** What a listing of ids needs to know of an instrument. */
export interface Candidate {
  readonly name: string;
  readonly kind: string;
}

const LEAVES = 4096;
/** Ids up to this one are kept for spot, and so are the tree indices of the same number. */
export const LAST_SPOT_ID = 255;
const LARGEST_ID = 2 ** 32 - 1;

const indexOf = (id: number): number => id % LEAVES;

/** The JSON file of everything ever listed, version 1. */
export const listingsSchema = z.strictObject({
  $schema: z.literal("urn:tacit:listings"),
  version: z.literal(1),
  entries: z.array(
    z.strictObject({
      id: z.int().min(1).max(LARGEST_ID),
      name: z.string().regex(LABEL, "this is not a name of printable ASCII"),
    }),
  ),
});

/**
 * Reads `listings.json`: every instrument ever listed, in order of listing.
 * @throws TacitError `BAD_JSON`, `BAD_FIELD`, `BAD_LISTINGS`
 */
export function readListings(bytes: Uint8Array, file: string): Listing[] {
  const { entries } = parseJson(new TextDecoder().decode(bytes), file, listingsSchema);
  const names = new Map<string, number>();
  const ids = new Map<number, number>();
  for (const [i, { id, name }] of entries.entries()) {
    const refuse = (field: string, problem: string): never => {
      const hint = "Listings are only ever appended to: restore the file from the last good copy.";
      throw new TacitError("BAD_LISTINGS", `${file}: entries[${i}].${field}: ${problem}`, { hint });
    };
    if (names.has(name)) refuse("name", `${JSON.stringify(name)} is already entries[${names.get(name)}]`);
    if (ids.has(id)) refuse("id", `${id} is already entries[${ids.get(id)}]`);
    if (id > LAST_SPOT_ID && indexOf(id) <= LAST_SPOT_ID) refuse("id", `${id} has a tree index that is kept for spot`);
    names.set(name, i);
    ids.set(id, i);
  }
  return entries;
}

/** The bytes of `listings.json`, one entry a line, the same for the same entries. */
export function writeListings(entries: readonly Listing[]): Uint8Array {
  const lines = entries.map(({ id, name }) => `    ${JSON.stringify({ id, name })}`).join(",\n");
  const list = entries.length === 0 ? "[]" : `[\n${lines}\n  ]`;
  return new TextEncoder().encode(`{\n  "$schema": "urn:tacit:listings",\n  "version": 1,\n  "entries": ${list}\n}\n`);
}

/** SHA-256 of the listings file that holds exactly these entries, in hexadecimal. */
export const listingsHash = (entries: readonly Listing[]): string =>
  createHash("sha256").update(writeListings(entries)).digest("hex");

/**
 * Appends the instruments that were never listed, in the order given, and leaves every earlier entry as it is.
 * Spot takes the ids 1 to 255, the rest ascend from 256 and skip every id whose tree index (id mod 4096) is spot's or
 * is held by an instrument of this market or one that may return to a later one.
 * @param mayReturn whether a listed name that is absent from this market may still be traded again
 * @throws TacitError `TOO_MANY_INSTRUMENTS`
 */
export function extendListings(
  earlier: readonly Listing[],
  instruments: readonly Candidate[],
  mayReturn: (name: string) => boolean,
): Listing[] {
  const entries = [...earlier];
  const listed = new Set(earlier.map(({ name }) => name));
  const present = new Set(instruments.map(({ name }) => name));
  const held = earlier.filter(({ id, name }) => id > LAST_SPOT_ID && (present.has(name) || mayReturn(name)));
  const taken = new Set(held.map(({ id }) => indexOf(id)));
  const nextAfter = (ids: number[], start: number) => ids.reduce((most, id) => Math.max(most, id), start) + 1;
  let spot = nextAfter(
    earlier.map(({ id }) => id).filter((id) => id <= LAST_SPOT_ID),
    0,
  );
  let next = nextAfter(
    earlier.map(({ id }) => id),
    LAST_SPOT_ID,
  );
  for (const { name, kind } of instruments) {
    if (listed.has(name)) continue;
    if (kind === "spot") {
      if (spot > LAST_SPOT_ID) throw full(`${name} would be the ${spot}th collateral`);
      entries.push({ id: spot, name });
      spot += 1;
      continue;
    }
    if (taken.size >= LEAVES - LAST_SPOT_ID - 1) throw full(`${name} finds no free index in the market's tree`);
    while (indexOf(next) <= LAST_SPOT_ID || taken.has(indexOf(next))) next += 1;
    if (next > LARGEST_ID) throw full(`${name} finds no id below 2^32`);
    entries.push({ id: next, name });
    taken.add(indexOf(next));
    next += 1;
  }
  return entries;
}

const full = (message: string) =>
  new TacitError("TOO_MANY_INSTRUMENTS", message, {
    hint: `A market's tree holds ${LEAVES - LAST_SPOT_ID - 1} instruments beside ${LAST_SPOT_ID} kinds of collateral.`,
  });
