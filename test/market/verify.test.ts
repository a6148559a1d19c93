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
    ["profile/sets/initial/a/value", "0.03", "profile", "first difference at sets.initial.a.value: the file has"],
    ["profile/summary", "Another summary of the same.", "profile", "first difference at summary"],
    ["profile/name", "span16", "profile", "profile span16 is not the one shipped under that name"],
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
    ["scenarios/0/weight/initial", "0.9", 'weight.initial: the file has "0.9", rebuilding gives "1.2036"'],
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

describe("a profile without margin", () => {
  /** What an attacker publishes: a market that follows to the byte from a profile which asks for nothing. */
  const cheap = async (name: string): Promise<BuiltMarket> => {
    const own = structuredClone(loadProfile("portfolio"));
    for (const { factor } of Object.values(own.sets)) factor.value = "0";
    own.name = "own";
    const honest = await buildMarket({ chain: SMALL_CHAIN, histories, profile: own, listings: [] });
    const file = parseMarketFile(honest.fileBytes, "m.json");
    file.profile.name = name;
    return { ...honest, fileBytes: writeMarketFile(file) };
  };
  it("is found under a shipped name, and no command reads its market", async () => {
    const { fileBytes } = await cheap("portfolio");
    const problem =
      "profile portfolio is not the one shipped under that name: first difference at sets.maintenance.factor";
    expect(await failure(fileBytes)).toMatchObject({ name: "profile", detail: expect.stringContaining(problem) });
    const refusal = expect.objectContaining({ code: "EDITED_PROFILE", message: expect.stringContaining(problem) });
    await expect(readMarket(fileBytes, "m.json")).rejects.toThrow(refusal);
  });

  it("verifies under a name of its own, as one that nothing was compared with", async () => {
    const { fileBytes, listings } = await cheap("own");
    await readMarket(fileBytes, "m.json");
    const given = { chain: SMALL_CHAIN, histories, listings: { name: "l.json", bytes: writeListings(listings) } };
    const { ok, steps, notCompared } = await verifyMarket(fileBytes, "m.json", given);
    expect([ok, notCompared]).toEqual([true, ["the profile (--profile)"]]);
    expect(steps.map(({ name }) => name)).not.toContain("profile");
  });

  it("is compared with the profile that is given", async () => {
    const { fileBytes } = await cheap("own");
    const { profile } = parseMarketFile(fileBytes, "m.json");
    const own = await verifyMarket(fileBytes, "m.json", { profile: { name: "own.json", profile } });
    expect(own.ok).toBe(true);
    expect(own.notCompared).not.toContain("the profile (--profile)");
    const other = { name: "portfolio", profile: loadProfile("portfolio") };
    const { ok, steps } = await verifyMarket(fileBytes, "m.json", { profile: other });
    expect(ok).toBe(false);
    expect(steps.at(-1)).toMatchObject({
      name: "profile",
      detail: expect.stringContaining("is not that of portfolio"),
    });
  });
});

describe("a source that is not given", () => {
  const NOT_GIVEN = {
    listings: "the list of ids (--listings)",
    chain: "the chain it was imported from (--deribit)",
    btc: "the history of BTC (--history BTC=candles.csv)",
  };

  it("is named with its flag, and fails nothing", async () => {
    const check = (given: Parameters<typeof verifyMarket>[2]) => verifyMarket(built.fileBytes, "m.json", given);
    const { listings, chain, btc } = NOT_GIVEN;
    expect(await check({})).toMatchObject({ ok: true, notCompared: [listings, chain, btc] });
    expect(await check({ chain: SMALL_CHAIN })).toMatchObject({ ok: true, notCompared: [listings, btc] });
    expect(await check({ histories })).toMatchObject({ ok: true, notCompared: [listings, chain] });
  });

  it("hides no difference from those that are", async () => {
    const last = async (bytes: Uint8Array, given: Parameters<typeof verifyMarket>[2]) =>
      (await verifyMarket(bytes, "m.json", given)).steps.at(-1);
    const closes = tamper(["underlyings/BTC/closes/0", nudge]);
    expect(await last(closes, { histories })).toMatchObject({ name: "sources", ok: false });
    const hash = tamper(["sources/histories/BTC", nudge]);
    expect(await last(hash, { histories })).toMatchObject({ name: "sources", ok: false });
    const chain = tamper(["sources/chain", nudge]);
    expect(await last(chain, { chain: SMALL_CHAIN })).toMatchObject({ name: "sources", ok: false });
    const unstated = tamper(["sources/histories", {}]);
    expect(await last(unstated, { histories })).toMatchObject({ name: "sources", ok: false });
    expect(await last(unstated, { chain: SMALL_CHAIN })).toMatchObject({ name: "sources", ok: false });
  });

  it("is not one that the market does not use", async () => {
    const eth = { ...histories, ETH: HISTORIES.ETH };
    const { ok, warnings } = await verifyMarket(built.fileBytes, "m.json", { chain: SMALL_CHAIN, histories: eth });
    expect([ok, warnings]).toEqual([true, ["eth.csv is not used: m.json has no history of ETH"]]);
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
    ["a floor below half the basis floor", "sets/initial/buckets/0/h", "0.08", "sets.initial.buckets[0].a"],
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
