import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { loadPoseidon } from "../../prover/hash/poseidon.ts";
import { type BuiltMarket, buildMarket } from "../../prover/market/build.ts";
import { extendListings, writeListings } from "../../prover/market/listings.ts";
import { loadProfile, PROFILE_NAMES } from "../../prover/market/profile/load.ts";
import { readMarket } from "../../prover/market/read.ts";
import { verifyMarket } from "../../prover/market/verify.ts";
import { DAY_ONE, DAY_TWO, edit, HISTORIES, SMALL_CHAIN } from "./samples.ts";

const ONE = { name: "one.csv", bytes: DAY_ONE };
const TWO = { name: "two.csv", bytes: DAY_TWO };
const profile = loadProfile("portfolio");
const btc = { BTC: HISTORIES.BTC };
const FEBRUARY_5 = Date.parse("2026-02-05T08:00:00Z") / 1000;
const small = (change: Partial<Parameters<typeof buildMarket>[0]> = {}) =>
  buildMarket({ chain: SMALL_CHAIN, histories: btc, profile, listings: [], ...change });
const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe("the markets of both days", () => {
  let one: BuiltMarket;
  let two: BuiltMarket;

  beforeAll(async () => {
    await loadPoseidon();
    one = await buildMarket({ chain: ONE, histories: HISTORIES, profile, listings: [] });
    two = await buildMarket({ chain: TWO, histories: HISTORIES, profile, listings: one.listings });
  });

  it("hold every instrument under the id of the listings", () => {
    for (const { market, listings } of [one, two]) {
      const ids = new Map(listings.map(({ id, name }) => [name, id]));
      expect(market.instruments.every(({ id, name }) => ids.get(name) === id)).toBe(true);
      expect(market.sets.maintenance.rows.size).toBe(market.instruments.length);
      expect(market.sets.initial.rows.size).toBe(market.instruments.length);
    }
    expect(one.market.instruments).toHaveLength(1716);
    expect(two.market.instruments).toHaveLength(1868);
    expect(two.listings.slice(0, 1716)).toEqual(one.listings);
    expect(two.listings).toHaveLength(1716 + 242 + 2);
  });

  it("read back from their files as they were built", async () => {
    expect(await readMarket(one.fileBytes, "one.json")).toEqual(one.market);
    const digest = BigInt(`0x${createHash("sha256").update(one.fileBytes).digest("hex")}`);
    expect(one.market.hash).toBe(digest >> 8n);
  });

  it("are small files that verify against everything they were built from", async () => {
    expect(two.fileBytes.length).toBeLessThan(2_000_000);
    const report = await verifyMarket(two.fileBytes, "two.json", {
      chain: TWO,
      histories: HISTORIES,
      listings: { name: "listings.json", bytes: writeListings(two.listings) },
    });
    expect(report.steps.map(({ name, ok }) => [name, ok])).toEqual([
      ["structure", true],
      ["profile", true],
      ["roots", true],
      ["rows", true],
      ["listings", true],
      ["sources", true],
    ]);
    expect(report).toMatchObject({ notCompared: [], warnings: [] });
    expect(report.market?.hash).toBe(two.market.hash);
  });

  it("verify against the listings of any later day", async () => {
    const later = { name: "listings.json", bytes: writeListings(two.listings) };
    const { ok } = await verifyMarket(one.fileBytes, "one.json", { listings: later });
    expect(ok).toBe(true);
  });
});

describe("a build", () => {
  it("gives the same bytes for the same request", async () => {
    expect((await small()).fileBytes).toEqual((await small()).fileBytes);
  });

  it.each(PROFILE_NAMES)("verifies under the profile %s", async (name) => {
    const { fileBytes } = await small({ profile: loadProfile(name) });
    const { ok, steps } = await verifyMarket(fileBytes, "m.json", { chain: SMALL_CHAIN, histories: btc });
    expect(steps.filter((step) => !step.ok)).toEqual([]);
    expect(ok).toBe(true);
  });

  it("needs no history for a profile that looks at none", async () => {
    const linear = loadProfile("linear");
    expect((await small({ profile: linear, histories: {} })).market.profile).toBe("linear");
  });

  it("refuses a chain whose underlying has no history", async () => {
    await expect(small({ histories: {} })).rejects.toThrow(refusal("NO_HISTORY", "needs a price history of BTC"));
  });

  it("leaves a history out that nothing uses, and says so", async () => {
    const { fileBytes, warnings } = await small({ histories: HISTORIES });
    expect(warnings).toEqual(["eth.csv is not used: the chain lists nothing of ETH"]);
    expect(fileBytes).toEqual((await small()).fileBytes);
    const linear = loadProfile("linear");
    const without = await small({ profile: linear, histories: {} });
    const given = await small({ profile: linear });
    expect(given.warnings).toEqual(["btc.csv is not used: profile linear looks at no history"]);
    expect(given.fileBytes).toEqual(without.fileBytes);
    expect(without.warnings).toEqual([]);
  });

  it("warns of a history that ends nowhere near the index, and builds", async () => {
    const { warnings } = await small({ histories: { BTC: HISTORIES.ETH } });
    expect(warnings).toEqual([expect.stringMatching(/^the history of BTC ends at 2\d+.* is this BTC's history\?$/)]);
    expect((await small()).warnings).toEqual([]);
  });

  it.each(PROFILE_NAMES)("refuses an edited profile that still bears the name %s", async (name) => {
    const edited = structuredClone(loadProfile(name));
    edited.sets.initial.a.value = "0.5001";
    const problem = `profile ${name} is not the one shipped under that name: first difference at sets.initial.a.value`;
    await expect(small({ profile: edited })).rejects.toThrow(refusal("EDITED_PROFILE", problem));
  });

  it("refuses a history that does not reach the day before", async () => {
    const stale = { name: "btc.csv", bytes: edit(HISTORIES.BTC.bytes, 1, {}).slice(0, 5000) };
    const cut = { ...stale, bytes: stale.bytes.slice(0, stale.bytes.lastIndexOf(10)) };
    await expect(small({ histories: { BTC: cut } })).rejects.toThrow(refusal("STALE_HISTORY", "2026-02-03"));
  });

  it("ignores closes of the epoch's own day and later", async () => {
    const text = new TextDecoder().decode(HISTORIES.BTC.bytes);
    const crashed = text.replace("2026-02-04,73165.83", "2026-02-04,1.00");
    expect(crashed).not.toBe(text);
    const changed = await small({ histories: { BTC: { name: "btc.csv", bytes: new TextEncoder().encode(crashed) } } });
    expect(changed.market.sets).toEqual((await small()).market.sets);
  });
});

describe("an expired instrument", () => {
  const listed = extendListings(
    [],
    ["BTC-5FEB26", "BTC-5FEB26-70000-C", "BTC-5FEB26-70000-P"].map((name) => ({ name, kind: "future" })),
    () => false,
  );
  const next = {
    name: "next.csv",
    bytes: new TextEncoder().encode(
      new TextDecoder().decode(SMALL_CHAIN.bytes).replaceAll(/^2026-02-04T/gm, "2026-02-05T"),
    ),
  };
  const day = (settlements: Record<string, Record<number, number>>) =>
    small({ chain: next, listings: listed, settlements });

  it("is not in the market when its settlement price is not given, and keeps its id", async () => {
    const { market, listings } = await day({});
    expect(market.instruments.some(({ name }) => name.startsWith("BTC-5FEB26"))).toBe(false);
    expect(listings.slice(0, 3)).toEqual(listed);
  });

  it("stands at its settlement value, without scenarios or charges, when it is", async () => {
    const { market, fileBytes } = await day({ BTC: { [FEBRUARY_5]: 71000.5 } });
    const row = (name: string) => {
      const id = market.instruments.find((instrument) => instrument.name === name)?.id ?? -1;
      const { mark, delta, long, short, values } = market.sets.initial.rows.get(id) ?? expect.fail(name);
      return { mark, still: [delta, long, short, ...values].every((value) => value === 0n) };
    };
    expect(row("BTC-5FEB26")).toEqual({ mark: 71_000_500_000n, still: true });
    expect(row("BTC-5FEB26-70000-C")).toEqual({ mark: 1_000_500_000n, still: true });
    expect(row("BTC-5FEB26-70000-P")).toEqual({ mark: 0n, still: true });
    const { steps } = await verifyMarket(fileBytes, "m.json", { chain: next, histories: btc });
    expect(steps.every(({ ok }) => ok)).toBe(true);
  });

  it.each([
    ["is still to come", { BTC: { [FEBRUARY_5 + 86_400]: 71000 } }],
    ["settles nothing that was ever listed", { BTC: { [FEBRUARY_5 - 86_400]: 71000 } }],
    ["settles nothing that was ever listed", { ETH: { [FEBRUARY_5]: 2000 } }],
    ["is 0, which is not a price", { BTC: { [FEBRUARY_5]: 0 } }],
    ["is -1, which is not a price", { BTC: { [FEBRUARY_5]: -1 } }],
    ["is NaN, which is not a price", { BTC: { [FEBRUARY_5]: Number.NaN } }],
  ])("is refused a settlement that %s", async (problem, settlements) => {
    await expect(day(settlements)).rejects.toThrow(refusal("BAD_SETTLEMENT", problem));
  });
});
