import { beforeAll, describe, expect, it } from "vitest";
import { netGreeks } from "../../prover/explain/greeks.ts";
import { type BuiltMarket, buildMarket } from "../../prover/market/build.ts";
import { parseMarketFile, writeMarketFile } from "../../prover/market/file.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { countedRate, mostRate, type NamedShare, readShares, sharePrice } from "../../prover/market/share.ts";
import { renderInstrument, summariseInstrument } from "../../prover/market/show.ts";
import { verifyMarket } from "../../prover/market/verify.ts";
import { Quantity } from "../../prover/units/units.ts";
import { HISTORIES, SMALL_CHAIN } from "./samples.ts";

const ONE = 10n ** 18n;
const YEAR = 365 * 86_400;
/** Of the small chain. */
const TIME = Date.parse("2026-02-04T21:33:08Z") / 1000;

const share = (changes: Partial<NamedShare> = {}): NamedShare => ({
  name: "SBTC",
  underlying: "BTC",
  rate: 1_040_000_000_000_000_000n,
  anchor: { rate: ONE, time: TIME - YEAR / 2 },
  growth: ONE / 10n,
  ...changes,
});

const build = (...shares: NamedShare[]): Promise<BuiltMarket> =>
  buildMarket({
    chain: SMALL_CHAIN,
    histories: { BTC: HISTORIES.BTC },
    profile: loadProfile("portfolio"),
    listings: [],
    shares,
  });

describe("the rate of a share", () => {
  it("is what its vault tells, up to a bound that grows in a straight line from its anchor", () => {
    expect(mostRate(share(), TIME, "SBTC")).toBe((ONE * 105n) / 100n);
    expect(countedRate(share(), TIME, "SBTC")).toBe((ONE * 104n) / 100n);
    expect(countedRate(share({ rate: 2n * ONE }), TIME, "SBTC")).toBe((ONE * 105n) / 100n);
    expect(countedRate(share({ rate: ONE / 2n }), TIME, "SBTC")).toBe(ONE / 2n);
    expect(mostRate(share({ anchor: { rate: 3n, time: TIME - YEAR + 1 } }), TIME, "SBTC")).toBe(3n);
  });

  it("is rounded down with its price, which never falls to nothing", () => {
    expect(sharePrice(73_104.9, share(), TIME, "SBTC")).toBe(76_029.096);
    expect(sharePrice(73_104.9, share({ rate: ONE - 1n }), TIME, "SBTC")).toBe(73_104.899_999);
    expect(sharePrice(73_104.9, share({ rate: 0n }), TIME, "SBTC")).toBe(0.000_001);
  });

  it("has no anchor in the future and no growth above 1 a year", () => {
    expect(() => mostRate(share({ anchor: { rate: ONE, time: TIME + 1 } }), TIME, "SBTC")).toThrow(
      "after the market's",
    );
    expect(() => mostRate(share({ growth: ONE + 1n }), TIME, "SBTC")).toThrow("above 1 a year");
  });
});

describe("a market with a share", () => {
  let built: BuiltMarket;
  beforeAll(async () => {
    built = await build(share());
  });

  it("marks it at its underlying's index times its rate, in its underlying's bucket", () => {
    const listed = built.market.instruments.find(({ name }) => name === "SBTC");
    expect(listed).toMatchObject({ id: 2, kind: "spot", underlying: "BTC", forward: 76_029.096 });
    const { rows } = built.market.sets.maintenance;
    const [coin, own] = [rows.get(1), rows.get(2)];
    expect(own?.bucket).toBe(coin?.bucket);
    expect(own?.mark).toBe(76_029_096_000n);
    expect(own?.delta).toBe(own?.mark);
    for (const [s, value] of (own?.values ?? []).entries()) {
      expect(Math.abs(Number(value) - 1.04 * Number(coin?.values[s]))).toBeLessThan(2);
    }
    expect(Number(own?.long) / Number(coin?.long)).toBeCloseTo(1.04, 6);
  });

  it("rebuilds byte for byte from its file and its chain, and says what it could not compare", async () => {
    const { ok, notCompared } = await verifyMarket(built.fileBytes, "m.json", {
      chain: SMALL_CHAIN,
      histories: { BTC: HISTORIES.BTC },
    });
    expect(ok).toBe(true);
    expect(notCompared).toContain("the rate of SBTC with its ShareRate contract");
  });

  it.each([
    ["a rate above what is counted", { rate: "1.05" }, /forward: 76029\.096 is not 76760\.145/],
    ["a faster growth than stated would give", { growth: "0.01" }, /forward: 76029\.096 is not 73470\.4245/],
    ["an anchor of tomorrow", { anchor: { rate: "1", time: TIME + 86_400 } }, /after the market's/],
  ])("does not hold with %s", async (_, change, message) => {
    const file = parseMarketFile(built.fileBytes, "m.json");
    const listed = file.instruments.find(({ name }) => name === "SBTC");
    if (listed?.kind !== "spot" || listed.share === undefined) throw new Error("there is no share");
    Object.assign(listed.share, change);
    const { ok, steps } = await verifyMarket(writeMarketFile(file), "m.json");
    expect(ok).toBe(false);
    expect(steps.at(-1)?.detail).toMatch(message);
  });

  it("caps a rate that a donation has moved, and says so when it is built and when it is verified", async () => {
    const donated = await build(share({ rate: 2n * ONE }));
    expect(donated.market.instruments.find(({ name }) => name === "SBTC")?.forward).toBe(76_760.145);
    const said = "SBTC tells 2 BTC and counts as 1.05, its bound: was its vault given assets?";
    expect(donated.warnings).toContain(said);
    expect((await verifyMarket(donated.fileBytes, "m.json")).warnings).toContain(said);
  });

  it("shows the rate beside the mark, and counts the share's delta in coins", () => {
    const summary = summariseInstrument(built.market, "SBTC");
    expect(summary.share).toEqual({ underlying: "BTC", rate: "1.04", counted: "1.04" });
    expect(renderInstrument(summary)).toContain("share of BTC: its vault tells 1.04, 1.04 counts");
    const instruments = new Map(built.market.instruments.map((one) => [one.id, one]));
    const held = [{ id: 2, quantity: Quantity.parse("3", "quantity") }];
    expect(netGreeks(held, instruments, TIME)[0]?.delta).toBeCloseTo(3.12, 12);
  });

  it.each([
    ["the name of an underlying", share({ name: "BTC" }), /another instrument has this name/],
    ["an underlying that the chain does not have", share({ underlying: "SOL" }), /no index of its underlying SOL/],
    ["a name that is a future's", share({ name: "BTC-6FEB26" }), /not a name of collateral/],
  ])("takes no share with %s", async (_, wrong, message) => {
    await expect(build(wrong)).rejects.toThrow(message);
  });
});

it("reads a file of shares, and refuses a rate with more than 18 places", () => {
  const file = (rate: string) =>
    JSON.stringify({
      $schema: "urn:tacit:shares",
      version: 1,
      shares: [{ name: "SBTC", underlying: "BTC", rate, anchor: { rate: "1", time: TIME - YEAR / 2 }, growth: "0.1" }],
    });
  expect(readShares(file("1.04"), "shares.json")).toEqual([share()]);
  expect(() => readShares(file("1.0400000000000000001"), "shares.json")).toThrow("at most 18 places");
});
