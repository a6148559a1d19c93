import { beforeAll, describe, expect, it } from "vitest";
import { type BuiltMarket, buildMarket } from "../../prover/market/build.ts";
import { setOf } from "../../prover/market/decompose.ts";
import { formatRoot, type MarketFile, parseMarketFile, writeMarketFile } from "../../prover/market/file.ts";
import { writeListings } from "../../prover/market/listings.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { publishSet } from "../../prover/market/publish.ts";
import { readMarket } from "../../prover/market/read.ts";
import { SET_NAMES } from "../../prover/market/types.ts";
import { verifyMarket } from "../../prover/market/verify.ts";
import { edit, HISTORIES, SMALL_CHAIN } from "./samples.ts";

const histories = { BTC: HISTORIES.BTC };
let built: BuiltMarket;
let text: string;

beforeAll(async () => {
  built = await buildMarket({ chain: SMALL_CHAIN, histories, profile: loadProfile("portfolio"), listings: [] });
  text = new TextDecoder().decode(built.fileBytes);
});

/** The first step that fails, with everything that can be given. */
async function failure(bytes: Uint8Array): Promise<{ name: string; detail: string }> {
  const listings = { name: "listings.json", bytes: writeListings(built.listings) };
  const { ok, steps } = await verifyMarket(bytes, "m.json", { chain: SMALL_CHAIN, histories, listings });
  const last = steps.at(-1);
  if (ok || last === undefined) throw new Error("the market verifies");
  expect(steps.slice(0, -1).every((step) => step.ok)).toBe(true);
  return last;
}

type Change = readonly [path: string, value: unknown];

/** The file with one value changed; a path names array entries by index or by their name, as the reports do. */
function changed([path, value]: Change): MarketFile {
  const file = parseMarketFile(built.fileBytes, "m.json");
  const keys = path.split("/");
  const last = keys.pop() ?? "";
  const holder = keys.reduce<object>((object, key) => {
    const named = Array.isArray(object) ? object.find((entry) => entry.name === key) : undefined;
    return named ?? Reflect.get(object, key);
  }, file);
  const old: unknown = Reflect.get(holder, last);
  Reflect.set(holder, last, typeof value === "function" ? value(old) : value);
  return file;
}

const tamper = (change: Change): Uint8Array => writeMarketFile(changed(change));

/** A consistent lie: the file with a value changed and its roots recomputed. */
async function lie(change: Change): Promise<Uint8Array> {
  const file = changed(change);
  for (const name of SET_NAMES) {
    const { rowsRoot, paramsHash, requirementRoot } = await publishSet(
      name,
      setOf(file, name, "m.json"),
      file.timestamp,
    );
    Object.assign(file.sets[name], {
      rowsRoot: formatRoot(rowsRoot),
      paramsHash: formatRoot(paramsHash),
      requirementRoot: formatRoot(requirementRoot),
    });
  }
  return writeMarketFile(file);
}

/** Another last digit. */
const nudge = (old: string): string => old.replace(/.$/, (digit) => String((Number.parseInt(digit, 16) + 1) % 10));
const less = (old: number): number => old - 1;
const PUT = "BTC-27MAR26-60000-P";

describe("one changed digit", () => {
  it.each<[path: string, value: unknown, step: string, detail: string]>([
    ["version", 2, "structure", "version"],
    ["timestamp", less, "roots", "sets.maintenance.requirementRoot"],
    [`instruments/${PUT}/mark`, nudge, "roots", "sets.maintenance.rowsRoot"],
    [`instruments/${PUT}/delta`, nudge, "roots", "sets.maintenance.rowsRoot"],
    [`instruments/${PUT}/values/7`, nudge, "roots", "sets.maintenance.rowsRoot"],
    [`instruments/${PUT}/charges/initial/1`, nudge, "roots", "sets.initial.rowsRoot"],
    ["scenarios/3/weight/initial", "1.1", "roots", "sets.initial.paramsHash"],
    ["sets/initial/buckets/0/gain", "0.7", "roots", "sets.initial.paramsHash"],
    ["sets/initial/buckets/0/tiers/0/rate", "0.03", "roots", "sets.initial.paramsHash"],
    ["sets/initial/buckets/0/tiers/0/deduction", nudge, "roots", "sets.initial.paramsHash"],
    ["sets/maintenance/paramsHash", nudge, "roots", "sets.maintenance.paramsHash"],
    ["sets/initial/rowsRoot", nudge, "roots", "sets.initial.rowsRoot"],
    ["sets/maintenance/requirementRoot", nudge, "roots", "sets.maintenance.requirementRoot"],
    ["underlyings/BTC/index", "73104.96", "roots", "BTC.forward: 73104.9 is not the index 73104.96"],
    [`instruments/${PUT}/name`, "BTC-27MAR26-61000-P", "roots", `its terms are those of ${PUT}`],
    [`instruments/${PUT}/strike`, "60001", "roots", "its terms are those of BTC-27MAR26-60001-P"],
    [`instruments/${PUT}/id`, 4352, "roots", "does not ascend"],
    [`instruments/${PUT}/volatility`, nudge, "rows", `${PUT}.mark: the file has`],
    [`instruments/${PUT}/forward`, nudge, "rows", `${PUT}.mark: the file has`],
    ["underlyings/BTC/derived/sigma", nudge, "rows", "underlyings.BTC.derived.sigma"],
    ["underlyings/BTC/closes/365", "75780.21", "rows", "underlyings.BTC.derived.sigma"],
    ["profile/sets/initial/a/value", "0.03", "rows", "sets.initial.buckets[0] BTC.a"],
    ["listings/sha256", nudge, "listings", "its first"],
    ["listings/entries", less, "listings", "which listings.json gives to none"],
    ["venue", "Derabit", "sources", 'venue: the file has "Derabit"'],
    ["sources/chain", nudge, "sources", "sources.chain"],
    ["sources/histories/BTC", nudge, "sources", "sources.histories.BTC"],
    ["underlyings/BTC/closes/0", nudge, "sources", "underlyings.BTC.closes[0]"],
  ])("in %s is found", async (path, value, step, detail) => {
    const bytes = tamper([path, value]);
    expect(bytes).not.toEqual(built.fileBytes);
    expect(await failure(bytes)).toMatchObject({ name: step, detail: expect.stringContaining(detail) });
  });
});

describe("a consistent lie", () => {
  it.each<[path: string, value: unknown, detail: string]>([
    [`instruments/${PUT}/mark`, nudge, `${PUT}.mark: the file has`],
    [`instruments/${PUT}/charges/maintenance/0`, "0", `${PUT}.charges.maintenance[0]: the file has "0"`],
    [`instruments/${PUT}/values/12`, "0", `${PUT}.values[12]: the file has "0"`],
    ["scenarios/0/weight/initial", "0.9", 'weight.initial: the file has "0.9", rebuilding gives "1"'],
    ["sets/initial/buckets/0/a", "0.05", 'sets.initial.buckets[0] BTC.a: the file has "0.05"'],
  ])("about %s reads well and is found by rebuilding the rows", async (path, value, detail) => {
    const bytes = await lie([path, value]);
    await readMarket(bytes, "m.json");
    expect(await failure(bytes)).toMatchObject({ name: "rows", detail: expect.stringContaining(detail) });
  });

  it("about the inputs is found by importing the sources", async () => {
    const chain = { name: "other.csv", bytes: edit(SMALL_CHAIN.bytes, 2, { implied_volatility: "0.9" }) };
    const other = await buildMarket({ chain, histories, profile: loadProfile("portfolio"), listings: [] });
    expect(await failure(other.fileBytes)).toMatchObject({
      name: "sources",
      detail: expect.stringMatching(/instruments\[\d+\] BTC-\S+\.volatility: the file has 0\.9, rebuilding gives/),
    });
  });
});

describe("a market file", () => {
  const read = (bytes: Uint8Array | string) =>
    readMarket(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes, "m.json");

  it("is refused when its roots do not follow from its rows", async () => {
    const message = expect.stringContaining("m.json: sets.maintenance.rowsRoot");
    const refusal = expect.objectContaining({ code: "BAD_ROOT", message });
    await expect(read(tamper([`instruments/${PUT}/mark`, nudge]))).rejects.toThrow(refusal);
  });

  it.each<[what: string, path: string, value: unknown, message: string]>([
    ["a decimal of too many places", `instruments/${PUT}/mark`, "1.0000001", `${PUT}.mark`],
    ["a price above 47 bits", `instruments/${PUT}/delta`, "140737488.355328", `${PUT}.delta`],
    ["a negative charge", `instruments/${PUT}/charges/initial/0`, "-1", "a charge is never negative"],
    ["a missing value", `instruments/${PUT}/values`, ["0"], "values: 1 values for 26 scenarios"],
    ["an unknown bucket", `instruments/${PUT}/bucket`, 1, "bucket: there is no bucket 1"],
    ["a gain above the loss", "sets/initial/buckets/0/gain", "1.5", "sets.initial.buckets[0].gain"],
    ["a floor below half the basis floor", "sets/initial/buckets/0/h", "0.05", "sets.initial.buckets[0].a"],
    ["an unknown underlying", "underlyings", {}, "underlying: BTC has no index"],
    ["an option without a volatility", `instruments/${PUT}/volatility`, undefined, "has not expired needs one"],
    ["a perp under a spot id", "instruments/1/id", 2, "id: 2 is kept for spot"],
    ["an id that is a multiple of 4096", `instruments/${PUT}/id`, 8192, "an id is never a multiple of 4096"],
    ["a venue that commands a terminal", "venue", "\u001b[2JDeribit", "venue: this is not a name of printable ASCII"],
    ["a number that is not in its shortest form", `instruments/${PUT}/forward`, "73488.820", "forward"],
  ])("is refused with %s, naming the field", async (_, path, value, message) => {
    await expect(read(tamper([path, value]))).rejects.toThrow(message);
  });

  it.each([
    ["an unknown field", () => text.replace('"venue"', '"note": "x",\n"venue"'), "note"],
    ["a field given twice", () => text.replace('"venue"', '"venue": "x",\n"venue"'), "the name"],
    ["half of its text", () => text.slice(0, text.length / 2), "m.json: line"],
    ["nothing", () => "", "m.json"],
  ])("is refused with %s", async (_, change, message) => {
    await expect(read(change())).rejects.toThrow(message);
  });

  it("that says the same in other bytes reads the same, but is not what a build writes", async () => {
    const spaced = new TextEncoder().encode(text.replace('"version": 1', '"version":  1'));
    expect((await read(spaced)).sets).toEqual(built.market.sets);
    expect(await failure(spaced)).toMatchObject({ name: "rows", detail: expect.stringContaining("not written as") });
  });
});
