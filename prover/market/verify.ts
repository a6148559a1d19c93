import { TacitError } from "../units/errors.ts";
import { composeMarketFile } from "./compose.ts";
import { inputsOf } from "./decompose.ts";
import { firstDifference } from "./difference.ts";
import { type MarketFile, parseMarketFile, writeMarketFile } from "./file.ts";
import { fundingOf } from "./funding.ts";
import { doubtfulHistories, importMarket, readHistory, type SourceFile } from "./import.ts";
import { listingsHash, readListings } from "./listings.ts";
import { PROFILE_NAMES } from "./profile/load.ts";
import type { Profile } from "./profile/schema.ts";
import { notTheShipped } from "./profile/shipped.ts";
import { publishSets } from "./publish.ts";
import { openMarket } from "./read.ts";
import { settlementsOf } from "./settled.ts";
import { cappedShares, sharesOf } from "./share.ts";
import type { Market } from "./types.ts";

/** What a market file can be verified against beside itself. */
export interface MarketSources {
  readonly chain?: SourceFile;
  readonly histories?: Readonly<Record<string, SourceFile>>;
  /** The listings, of this market or any later one. */
  readonly listings?: SourceFile;
  /** The methodology it should follow, and its file's name. One under a shipped name is compared without it. */
  readonly profile?: { readonly name: string; readonly profile: Profile };
}

export interface VerifyStep {
  readonly name: "structure" | "profile" | "roots" | "rows" | "listings" | "sources";
  readonly ok: boolean;
  /** What was found to hold, or the first difference. */
  readonly detail: string;
}

export interface MarketReport {
  readonly ok: boolean;
  /** In order; the first one that fails is the last one taken. */
  readonly steps: readonly VerifyStep[];
  /** What nothing given could be compared with, each with the flag that would. */
  readonly notCompared: readonly string[];
  /** Histories that the market does not use, or that look like another asset's. */
  readonly warnings: readonly string[];
  /** The market, when its structure and roots hold. */
  readonly market?: Market;
}

/**
 * Rebuilds a market file: its profile against the shipped one of its name, the roots from its rows, every other byte from its inputs and its profile, and with the
 * sources given those inputs as well. A file that passes all of it is, byte for byte, what anybody builds from the same
 * sources.
 */
export async function verifyMarket(bytes: Uint8Array, file: string, given: MarketSources = {}): Promise<MarketReport> {
  const steps: VerifyStep[] = [];
  const notCompared: string[] = [];
  const warnings: string[] = [];
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
    const { listings, chain, histories = {}, profile } = given;
    notCompared.push(...missing(raw, given));
    const needed = historiesOf(raw);
    const unused = Object.entries(histories).filter(([name]) => !needed.includes(name));
    warnings.push(...unused.map(([name, source]) => `${source.name} is not used: ${file} has no history of ${name}`));
    if (profile !== undefined || PROFILE_NAMES.includes(raw.profile.name)) {
      await step("profile", async () => checkProfile(raw.profile, profile, file));
    }
    market = await step("roots", async () => {
      const opened = await openMarket(raw, bytes, file);
      return [opened, `both requirement roots follow from the ${opened.instruments.length} rows of each set`];
    });
    await step("rows", async () => [
      await checkRows(raw, bytes, file),
      `every row follows from profile ${raw.profile.name}`,
    ]);
    if (listings !== undefined) await step("listings", async () => checkListings(raw, listings, file));
    const used = Object.entries(histories).filter(([name]) => needed.includes(name));
    if (chain !== undefined || used.length > 0) {
      await step("sources", async () => checkSources(raw, chain, Object.fromEntries(used), file));
    }
    const { underlyings, instruments, timestamp } = inputsOf(raw);
    warnings.push(...doubtfulHistories(underlyings), ...cappedShares(instruments, timestamp));
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
  }
  return { ok: steps.every(({ ok }) => ok), steps, notCompared, warnings, ...(market === undefined ? {} : { market }) };
}

/** The underlyings of which a file states a history, or holds closes. */
const historiesOf = ({ sources, underlyings }: MarketFile): string[] => {
  const held = Object.entries(underlyings).flatMap(([name, { closes }]) => (closes.length > 0 ? [name] : []));
  return [...new Set([...Object.keys(sources.histories), ...held])];
};

/** What a verifier did not give. */
function missing(raw: MarketFile, { listings, chain, histories = {}, profile }: MarketSources): string[] {
  const forgotten = historiesOf(raw).filter((name) => histories[name] === undefined);
  return [
    ...(profile === undefined && !PROFILE_NAMES.includes(raw.profile.name) ? ["the profile (--profile)"] : []),
    ...(listings === undefined ? ["the list of ids (--listings)"] : []),
    ...(chain === undefined ? ["the chain it was imported from (--deribit)"] : []),
    ...Object.keys(fundingOf(inputsOf(raw).instruments)).map((name) => `the funding of ${name} with its venue`),
    ...sharesOf(inputsOf(raw).instruments).map(({ name }) => `the rate of ${name} with its ShareRate contract`),
    ...forgotten.map((name) => `the history of ${name} (--history ${name}=candles.csv)`),
  ];
}

/** A profile under a shipped name is the shipped one; with a profile given, any is that one. */
function checkProfile(stated: Profile, given: MarketSources["profile"], file: string): [undefined, string] {
  const problem = notTheShipped(stated);
  if (problem !== undefined) throw mismatch(`${file}: ${problem}`);
  if (given === undefined) return [undefined, `profile ${stated.name} is the one shipped under that name`];
  const difference = firstDifference(stated, given.profile, "", `${given.name} has`);
  if (difference === undefined) return [undefined, `profile ${stated.name} is that of ${given.name}`];
  throw mismatch(`${file}: profile ${stated.name} is not that of ${given.name}: first difference at ${difference}`);
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

/**
 * The file's inputs are what the given sources give, under the file's own ids: those are the listings' to check. What is
 * not given is taken from the file.
 */
async function checkSources(
  raw: MarketFile,
  chain: SourceFile | undefined,
  histories: Readonly<Record<string, SourceFile>>,
  file: string,
): Promise<[undefined, string]> {
  const { venue, timestamp, underlyings, instruments } = inputsOf(raw);
  const names = [...(chain === undefined ? [] : [chain]), ...Object.values(histories)].map(({ name }) => name);
  const difference = chain === undefined ? differenceOfHistories() : differenceOfAll(chain);
  if (difference !== undefined) throw mismatch(`${file}: ${difference}`);
  const what = chain === undefined ? "the closes stand in" : "everything the rows are built from stands in";
  return [undefined, `${what} ${names.join(", ")}`];

  function differenceOfAll(chain: SourceFile): string | undefined {
    const listings = instruments.map(({ id, name }) => ({ id, name }));
    const settlements = settlementsOf(instruments, timestamp);
    const taken = Object.fromEntries(
      Object.entries(underlyings).map(([name, { closes }]) => {
        const sha256 = Object.hasOwn(raw.sources.histories, name) ? raw.sources.histories[name] : undefined;
        return [name, sha256 === undefined ? undefined : { closes, sha256 }];
      }),
    );
    const shares = sharesOf(instruments);
    const given = { listings, settlements, shares, funding: fundingOf(instruments) };
    const imported = importMarket({ chain, histories, taken, profile: raw.profile, ...given });
    const stated = { timestamp, venue, underlyings, instruments, sources: raw.sources };
    return firstDifference(stated, { ...imported.inputs, sources: imported.sources });
  }

  function differenceOfHistories(): string | undefined {
    for (const [name, history] of Object.entries(histories)) {
      const { closes, sha256 } = readHistory(history, timestamp);
      const found =
        firstDifference(underlyings[name]?.closes, closes, `underlyings.${name}.closes`) ??
        firstDifference(raw.sources.histories[name], sha256, `sources.histories.${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
