import { verifyTypedData } from "ethers";
import { type Epoch, epochOf, epochTypedData } from "../chain/epochs.ts";
import { lapsedIn } from "../market/lapsed.ts";
import { buildSettlementTree, type Settlement } from "../market/settlement.ts";
import { extendSettlements } from "../market/settlements.ts";
import type { Market } from "../market/types.ts";
import { verifyMarket } from "../market/verify.ts";
import { TacitError } from "../units/errors.ts";
import { Price } from "../units/units.ts";
import { type EpochFile, hexWord } from "./file.ts";

interface Named<T> {
  /** How the report names it. */
  readonly name: string;
  readonly value: T;
}

/** An epoch as a chain has it. */
export interface PublishedEpoch {
  readonly chainId: bigint;
  readonly book: string;
  readonly number: number;
  readonly assets: readonly string[];
  readonly epoch: Omit<Epoch, "dataURI">;
}

export interface EpochSources {
  readonly market: Named<Uint8Array>;
  readonly file?: Named<EpochFile>;
  readonly previous?: Named<EpochFile>;
  readonly published?: Named<PublishedEpoch>;
  /** Whose signatures the book counts now. */
  readonly publishers?: { readonly threshold: number; readonly members: readonly string[] };
  /** What signers that are contracts answered when asked by ERC-1271 whether they signed. */
  readonly contracts?: ReadonlyMap<string, boolean>;
}

export interface EpochStep {
  readonly name: "market" | "epoch" | "settlements" | "previous" | "signatures" | "book";
  readonly ok: boolean;
  /** What was found to hold, or everything that does not. */
  readonly detail: string;
}

export interface EpochReport {
  readonly ok: boolean;
  readonly steps: readonly EpochStep[];
  /** What nothing given could be compared with, each with the flag that would. */
  readonly notCompared: readonly string[];
}

/**
 * Rebuilds an epoch from its market file, and compares every field of it with an epoch file, with what a chain has, or
 * with both. Needs no network: whoever calls has read the chain.
 */
export async function verifyEpoch(given: EpochSources): Promise<EpochReport> {
  const { file, previous, published } = given;
  const steps: EpochStep[] = [];
  const record = async (name: EpochStep["name"], check: () => Promise<string> | string): Promise<void> => {
    try {
      steps.push({ name, ok: true, detail: await check() });
    } catch (error) {
      if (!(error instanceof TacitError)) throw error;
      steps.push({ name, ok: false, detail: error.message });
    }
  };
  const { market, ...marketReport } = await verifyMarket(given.market.value, given.market.name);
  const failed = marketReport.steps.find(({ ok }) => !ok);
  steps.push({
    name: "market",
    ok: marketReport.ok,
    detail: failed === undefined ? `${given.market.name} rebuilds byte for byte` : `${failed.name}: ${failed.detail}`,
  });
  if (market !== undefined) {
    if (file !== undefined) {
      await record("epoch", () => checkEpoch(file, market));
      await record("settlements", () => checkSettlements(file, market));
    }
    if (previous !== undefined) await record("previous", () => checkPrevious(previous, given, market));
    if (published !== undefined) await record("book", () => checkPublished(published, given, market));
  }
  if (file !== undefined && file.value.signatures.length > 0)
    await record("signatures", () => checkSignatures(file, given));
  return { ok: steps.every(({ ok }) => ok), steps, notCompared: missing(given) };
}

const differs = (problems: readonly string[]): TacitError => new TacitError("NOT_REBUILT", problems.join("; "));

/** The market's own part of an epoch, compared with what is stated; settlements come apart. */
function differences(
  name: string,
  assets: readonly string[],
  stated: Omit<Epoch, "dataURI">,
  market: Market,
): string[] {
  const rebuilt = epochOf(market, { assets, settlementRoot: stated.settlementRoot, dataURI: "" });
  const usd = (value: bigint | undefined) => (value === undefined ? "nothing" : Price.format(value as Price));
  const root = (value: bigint | undefined) => (value === undefined ? "nothing" : hexWord(value));
  const fields: [field: string, stated: string, rebuilt: string][] = [
    ["timestamp", String(stated.timestamp), String(rebuilt.timestamp)],
    ...assets.map((asset, i): [string, string, string] => [
      `index[${i}] of ${asset}`,
      usd(stated.index[i]),
      usd(rebuilt.index[i]),
    ]),
    ...(["maintenance", "initial"] as const).map((set, i): [string, string, string] => [
      `requirementRoots.${set}`,
      root(stated.requirementRoots[i]),
      root(rebuilt.requirementRoots[i]),
    ]),
    ["dataHash", stated.dataHash, rebuilt.dataHash],
  ];
  return fields
    .filter(([, is, was]) => is !== was)
    .map(([field, is, was]) => `${name}: ${field} is ${is}, the market gives ${was}`);
}

function checkEpoch({ name, value: { assets, epoch } }: Named<EpochFile>, market: Market): string {
  const problems = differences(name, assets, epoch, market);
  if (problems.length > 0) throw differs(problems);
  return `time, index of ${assets.join(", ")}, both requirement roots and the data hash of ${name} are the market's`;
}

/** The list of a file is behind its root, and agrees with what has expired in the market. */
async function checkSettlements({ name, value }: Named<EpochFile>, market: Market): Promise<string> {
  const { settlements, epoch } = value;
  compareSettlements(name, settlements, extendSettlements(settlements, market), "the market");
  const { root } = await buildSettlementTree(settlements);
  if (root !== epoch.settlementRoot) {
    throw differs([
      `${name}: settlementRoot is ${hexWord(epoch.settlementRoot)}, its settlements give ${hexWord(root)}`,
    ]);
  }
  return `the settlement root follows from ${settlements.length} settlements; ${lapsedRows(name, settlements, market)}`;
}

/** What has lapsed in the market stands in the settlement tree at its mark, and is nothing but that mark. */
function lapsedRows(name: string, settlements: readonly Settlement[], market: Market): string {
  const { instruments, risky } = lapsedIn(market);
  const prices = new Map(settlements.map(({ id, price }) => [id, price]));
  const problems = [
    ...risky.map(({ name: lapsed }) => `${lapsed} has expired, and still has a delta, a scenario or a charge`),
    ...instruments
      .filter(({ id }) => prices.get(id) !== market.sets.initial.rows.get(id)?.mark)
      .map(({ name: lapsed }) => `${name} does not settle ${lapsed} at its mark`),
  ];
  if (problems.length > 0) throw differs(problems);
  return `the market's ${instruments.length} lapsed rows are their prices, without delta, scenario or charge`;
}

async function checkPrevious(previous: Named<EpochFile>, given: EpochSources, market: Market): Promise<string> {
  const { name, value: before } = previous;
  const book = given.file?.value ?? given.published?.value;
  if (book !== undefined && (book.book !== before.book || book.chainId !== before.chainId)) {
    throw differs([`${name} is of book ${before.book} on chain ${before.chainId}`]);
  }
  if (before.epoch.timestamp >= market.timestamp) {
    throw differs([`${name}: timestamp ${before.epoch.timestamp} is not before ${market.timestamp}`]);
  }
  const next = extendSettlements(before.settlements, market);
  if (given.file !== undefined) compareSettlements(given.file.name, given.file.value.settlements, next, name);
  return `the settlements of ${name} go on unchanged`;
}

function compareSettlements(
  name: string,
  stated: readonly Settlement[],
  expected: readonly Settlement[],
  by: string,
): void {
  for (let i = 0; i < Math.max(stated.length, expected.length); i++) {
    const [is, was] = [stated[i], expected[i]];
    if (is?.id === was?.id && is?.price === was?.price) continue;
    throw differs([`${name}: settlements[${i}] is ${entry(is) ?? "missing"}, ${by} gives ${entry(was) ?? "none"}`]);
  }
}

const entry = (one: Settlement | undefined): string | undefined =>
  one === undefined ? undefined : `instrument ${one.id} at ${Price.format(one.price)}`;

/** Each signature is that of its signer over this epoch, and with publishers given a quorum of them has signed. */
function checkSignatures({ name, value }: Named<EpochFile>, { publishers, contracts }: EpochSources): string {
  const { domain, types, message } = epochTypedData(value, value.epoch);
  const problems: string[] = [];
  const good: string[] = [];
  for (const [i, { signer, data }] of value.signatures.entries()) {
    const at = `${name}: signatures[${i}]`;
    const signed = contracts?.get(signer) ?? recovered(() => verifyTypedData(domain, types, message, data)) === signer;
    if (publishers !== undefined && !publishers.members.includes(signer)) {
      problems.push(`${at}: ${signer} is not a publisher of the book`);
    } else if (signed) good.push(signer);
    else problems.push(`${at} is not ${signer}'s over this epoch${contracts === undefined ? ASK : ""}`);
  }
  const threshold = publishers?.threshold ?? 1;
  if (problems.length === 0 && good.length < threshold) {
    problems.push(`${name}: signatures: ${good.length} of the ${threshold} that a quorum takes`);
  }
  if (problems.length > 0) throw differs(problems);
  return `signed by ${good.join(", ")}`;
}

const ASK = "; if that is a contract, ask it with --rpc";

const recovered = (recover: () => string): string | undefined => {
  try {
    return recover();
  } catch {
    return undefined;
  }
};

async function checkPublished(published: Named<PublishedEpoch>, given: EpochSources, market: Market): Promise<string> {
  const { name, value } = published;
  const problems = differences(name, value.assets, value.epoch, market);
  const { file, previous } = given;
  if (file !== undefined && (file.value.book !== value.book || file.value.chainId !== value.chainId)) {
    problems.push(`${file.name} is for book ${file.value.book} on chain ${file.value.chainId}`);
  }
  const settlements = file?.value.settlements ?? extendSettlements(previous?.value.settlements ?? [], market);
  const { root } = await buildSettlementTree(settlements);
  if (root !== value.epoch.settlementRoot) {
    const from = file?.name ?? (previous === undefined ? "the market alone" : `${previous.name} and the market`);
    problems.push(`${name}: settlementRoot is ${hexWord(value.epoch.settlementRoot)}, ${from} gives ${hexWord(root)}`);
  }
  if (problems.length > 0) throw differs(problems);
  return `${name} has the same time, index, roots and data hash`;
}

function missing({ file, previous, published, publishers }: EpochSources): string[] {
  return [
    ...(file === undefined ? ["what was signed (--epoch)"] : []),
    ...(previous === undefined ? ["earlier settlements with those of the epoch before (--previous)"] : []),
    ...(file?.value.signatures.length === 0 ? ["signatures: nobody has signed yet"] : []),
    ...(file !== undefined && publishers === undefined ? ["signers with the book's publishers (--rpc)"] : []),
    ...(published === undefined ? ["what the book has published (--rpc)"] : []),
    "the market with its sources (`tacit market verify`)",
  ];
}
