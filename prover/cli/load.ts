import { stat } from "node:fs/promises";
import { type Account, readAccountFile } from "../account/file.ts";
import { type EpochFile, parseEpochFile } from "../epoch/file.ts";
import { type MarketFile, parseMarketFile } from "../market/file.ts";
import type { SourceFile } from "../market/import.ts";
import { loadProfile, PROFILE_NAMES, parseProfile } from "../market/profile/load.ts";
import type { Profile } from "../market/profile/schema.ts";
import { openMarket } from "../market/read.ts";
import { type Market, SET_NAMES, type SetName } from "../market/types.ts";
import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";
import { Coverage } from "../units/units.ts";
import { readBytes, readText } from "./files.ts";
import type { Io } from "./io.ts";

/** A market with its file, whose roots have been recomputed. */
export interface LoadedMarket {
  readonly market: Market;
  readonly raw: MarketFile;
}

/** Reads a market file. @throws TacitError as `readMarket` and `readBytes` */
export async function loadMarket(path: string, io: Io): Promise<LoadedMarket> {
  const bytes = await readBytes(path, "market");
  const raw = parseMarketFile(bytes, path);
  io.stage("checking the market's roots");
  const market = await openMarket(raw, bytes, path);
  io.settle();
  return { market, raw };
}

/** Reads an epoch file. @throws TacitError as `parseEpochFile` and `readText` */
export const loadEpoch = async (path: string): Promise<EpochFile> =>
  parseEpochFile(await readText(path, "epoch"), path);

/** A shipped profile by name, or one in a file. @throws TacitError as `loadProfile` and `parseProfile` */
export async function readProfile(nameOrPath: string): Promise<Profile> {
  const isPath = !PROFILE_NAMES.includes(nameOrPath) && /[./\\]/.test(nameOrPath);
  return isPath ? parseProfile(await readText(nameOrPath, "profile"), nameOrPath) : loadProfile(nameOrPath);
}

/** Reads an account file, and warns when others can read it too. */
export async function loadAccount(path: string, io: Io): Promise<Account> {
  const account = await readAccountFile(await readText(path, "account"), path);
  const { mode } = await stat(path);
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    io.note(`warning: ${path} holds secrets and other users may read it: chmod 600 ${path}`);
  }
  return account;
}

/** A coverage flag. @throws TacitError `BAD_DECIMAL`, `OUT_OF_RANGE` */
export const readCoverage = (text: string): Coverage => Coverage.parse(text, "--coverage");

/** A requirement set flag. @throws TacitError `USAGE` */
export function readSet(text: string): SetName {
  const set = SET_NAMES.find((name) => name === text);
  if (set !== undefined) return set;
  throw new TacitError("USAGE", `--set: there is no requirement set ${quote(text)}`, {
    hint: `There are ${SET_NAMES.join(" and ")}.`,
  });
}

/** Reads `BTC=a.csv` flags. @throws TacitError `USAGE` */
export async function readHistories(flags: readonly string[]): Promise<Record<string, SourceFile>> {
  const histories: Record<string, SourceFile> = {};
  for (const flag of flags) {
    const [asset, path] = splitPair("--history", flag, "BTC=candles.csv");
    if (Object.hasOwn(histories, asset)) throw new TacitError("USAGE", `--history: ${quote(asset)} is given twice`);
    histories[asset] = { name: path, bytes: await readBytes(path, "csv") };
  }
  return histories;
}

/** The two sides of `KEY=value`. @throws TacitError `USAGE` */
export function splitPair(flag: string, text: string, example: string): [key: string, value: string] {
  const at = text.indexOf("=");
  const [key, value] = [text.slice(0, at), text.slice(at + 1)];
  // The key names a field of an object.
  if (at > 0 && value !== "" && /^[A-Z0-9_-]{1,32}$/.test(key)) return [key, value];
  throw new TacitError("USAGE", `${flag}: ${quote(text)} is not of the form ${example}`);
}
