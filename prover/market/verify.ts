import { TacitError } from "../units/errors.ts";
import { composeMarketFile } from "./compose.ts";
import { inputsOf } from "./decompose.ts";
import { firstDifference } from "./difference.ts";
import { type MarketFile, parseMarketFile, writeMarketFile } from "./file.ts";
import { importMarket, type SourceFile } from "./import.ts";
import { listingsHash, readListings } from "./listings.ts";
import { publishSets } from "./publish.ts";
import { openMarket } from "./read.ts";
import { settlementsOf } from "./settled.ts";
import type { Market } from "./types.ts";

/** What a market file can be verified against beside itself. */
export interface MarketSources {
  readonly chain?: SourceFile;
  readonly histories?: Readonly<Record<string, SourceFile>>;
  /** The listings, of this market or any later one. */
  readonly listings?: SourceFile;
}

export interface VerifyStep {
  readonly name: "structure" | "roots" | "rows" | "listings" | "sources";
  readonly ok: boolean;
  /** What was found to hold, or the first difference. */
  readonly detail: string;
}

export interface MarketReport {
  readonly ok: boolean;
  /** In order; the first one that fails is the last one taken. */
  readonly steps: readonly VerifyStep[];
  /** The market, when its structure and roots hold. */
  readonly market?: Market;
}

/**
 * Rebuilds a market file: the roots from its rows, every other byte from its inputs and its profile, and with the
 * sources given those inputs as well. A file that passes all of it is, byte for byte, what anybody builds from the same
 * sources.
 */
export async function verifyMarket(bytes: Uint8Array, file: string, given: MarketSources = {}): Promise<MarketReport> {
  const steps: VerifyStep[] = [];
  let market: Market | undefined;
  const step = async <T>(name: VerifyStep["name"], check: () => Promise<[T, string]>): Promise<T> => {
    try {
      const [value, detail] = await check();
      steps.push({ name, ok: true, detail });
      return value;
    } catch (error) {
      if (error instanceof TacitError) steps.push({ name, ok: false, detail: error.message });
      throw error;
    }
  };
  try {
    const raw = await step("structure", async () => [
      parseMarketFile(bytes, file),
      "the file is a market file, version 1",
    ]);
    market = await step("roots", async () => {
      const opened = await openMarket(raw, bytes, file);
      return [opened, `both requirement roots follow from the ${opened.instruments.length} rows of each set`];
    });
    await step("rows", async () => [
      await checkRows(raw, bytes, file),
      `every row follows from profile ${raw.profile.name}`,
    ]);
    const { listings, chain, histories } = given;
    if (listings !== undefined) await step("listings", async () => checkListings(raw, listings, file));
    if (chain !== undefined || histories !== undefined) {
      await step("sources", async () => checkSources(raw, chain, histories ?? {}, file));
    }
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
  }
  return { ok: steps.every(({ ok }) => ok), steps, ...(market === undefined ? {} : { market }) };
}

const mismatch = (message: string) => new TacitError("NOT_REBUILT", message);

/** Everything but the file's inputs and provenance is computed again; then every byte must be the same. */
async function checkRows(raw: MarketFile, bytes: Uint8Array, file: string): Promise<void> {
  const inputs = inputsOf(raw);
  const rebuilt = composeMarketFile(inputs, await publishSets(inputs, raw.profile), raw);
  if (Buffer.from(bytes).equals(writeMarketFile(rebuilt))) return;
  const difference = firstDifference(causesFirst(raw), causesFirst(rebuilt));
  throw mismatch(`${file}: ${difference ?? "the values are right, the bytes are not written as a build writes them"}`);
}

/** A wrong value is named rather than the root that follows from it. */
const causesFirst = (file: MarketFile): MarketFile =>
  Object.assign({ underlyings: file.underlyings, scenarios: file.scenarios, instruments: file.instruments }, file);

/** The listings begin with the entries this market was built with, and name its instruments as it does. */
async function checkListings(raw: MarketFile, source: SourceFile, file: string): Promise<[undefined, string]> {
  const entries = readListings(source.bytes, source.name);
  const { entries: count, sha256 } = raw.listings;
  if (entries.length < count) throw mismatch(`${source.name} has ${entries.length} entries, the market had ${count}`);
  const names = new Map(entries.slice(0, count).map(({ id, name }) => [id, name]));
  for (const { id, name } of raw.instruments) {
    if (names.get(id) === name) continue;
    throw mismatch(
      `${file}: instrument ${name} has id ${id}, which ${source.name} gives to ${names.get(id) ?? "none"}`,
    );
  }
  if (listingsHash(entries.slice(0, count)) !== sha256) {
    throw mismatch(`${source.name}: its first ${count} entries are not those the market was built with`);
  }
  return [undefined, `the ids are those of the first ${count} entries of ${source.name}`];
}

/** The file's inputs are what its sources give, under the file's own ids: those are the listings' to check. */
async function checkSources(
  raw: MarketFile,
  chain: SourceFile | undefined,
  histories: Readonly<Record<string, SourceFile>>,
  file: string,
): Promise<[undefined, string]> {
  if (chain === undefined) throw mismatch("the chain that the market was imported from is not given");
  for (const name of Object.keys(raw.sources.histories)) {
    if (histories[name] === undefined) throw mismatch(`the history of ${name} is not given`);
  }
  const { venue, timestamp, underlyings, instruments } = inputsOf(raw);
  const listings = instruments.map(({ id, name }) => ({ id, name }));
  const settlements = settlementsOf(instruments, timestamp);
  const imported = importMarket({ chain, histories, profile: raw.profile, listings, settlements });
  const stated = { timestamp, venue, underlyings, instruments, sources: raw.sources };
  const difference = firstDifference(stated, { ...imported.inputs, sources: imported.sources });
  if (difference !== undefined) throw mismatch(`${file}: ${difference}`);
  const names = [chain, ...Object.values(histories)].map(({ name }) => name);
  return [undefined, `everything the rows are built from stands in ${names.join(", ")}`];
}
