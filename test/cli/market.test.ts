import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SMALL_CHAIN } from "../market/samples.ts";
import { json, put, ROOT, tacit, temporary } from "./tacit.ts";

const folder = temporary();
const data = (name: string) => join(ROOT, "data", name);
const chain = put(folder, "chain.csv", SMALL_CHAIN.bytes);
const btc = `BTC=${data("binance-btcusdt-daily.csv")}`;
const eth = `ETH=${data("binance-ethusdt-daily.csv")}`;
const build = (out: string, ...flags: string[]) => tacit(["market", "build", "--out", out, ...flags]);

describe("tacit market build", () => {
  it("builds the linear profile without any history", async () => {
    const out = join(folder, "linear.json");
    const flags = ["--deribit", chain, "--profile", "linear", "--listings", join(folder, "linear-listings.json")];
    expect(await build(out, ...flags)).toMatchObject({ code: 0 });
    const { stdout } = await tacit(["market", "show", "--market", out, "--instrument", "BTC-27MAR26-60000-P"]);
    expect(stdout).toContain("BTC-27MAR26-60000-P  id ");
  });

  it("builds a profile from a file", async () => {
    const profile = join(ROOT, "prover/market/profiles/span16.json");
    const out = join(folder, "span.json");
    const ended = await build(out, "--deribit", chain, "--profile", profile, "--history", btc, "--json");
    expect(json(ended)).toMatchObject({ market: { profile: "span16" } });
  });

  it("refuses a profile file that was edited under its shipped name, and takes it under another", async () => {
    const edited = JSON.parse(readFileSync(join(ROOT, "prover/market/profiles/linear.json"), "utf8"));
    edited.largestCoverage.value = "1";
    const out = join(folder, "edited.json");
    const flags = (path: string) => ["--deribit", chain, "--profile", path, "--listings", join(folder, "own.json")];
    const refused = await build(out, ...flags(put(folder, "p.json", edited)));
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain("profile linear is not the one shipped under that name: first difference at");
    const own = put(folder, "own-profile.json", { ...edited, name: "mine" });
    expect(await build(out, ...flags(own))).toMatchObject({ code: 0 });
    const verify = ["market", "verify", "--market", out, "--json"];
    const { notCompared } = json(await tacit(verify));
    expect(notCompared).toContain("the profile (--profile)");
    expect(json(await tacit([...verify, "--profile", own])).notCompared).not.toContain("the profile (--profile)");
    expect(await tacit([...verify, "--profile", "linear"])).toMatchObject({ code: 1 });
  });

  it("warns of a history that is not used, and of one that is another asset's", async () => {
    const out = join(folder, "warned.json");
    const flags = ["--deribit", chain, "--listings", join(folder, "warned-listings.json"), "--json"];
    const ended = await build(out, ...flags, "--history", btc.replace("btcusdt", "ethusdt"), eth);
    const warnings = [expect.stringContaining("is not used"), expect.stringContaining("is this BTC's history?")];
    expect(ended.code).toBe(0);
    expect(json(ended)).toMatchObject({ warnings });
    expect(ended.stderr).toMatch(/warning: .*ethusdt-daily\.csv is not used[\s\S]*warning: the history of BTC ends at/);
    const verified = await tacit(["market", "verify", "--market", out, "--json", "--history", eth]);
    expect(verified.code).toBe(0);
    expect(json(verified)).toMatchObject({ ok: true, warnings });
  });

  it("keeps an expired instrument at its settlement price", async () => {
    mkdirSync(join(folder, "days"));
    const listings = join(folder, "days", "listings.json");
    const flags = ["--profile", "linear", "--listings", listings, "--json"];
    expect(await build(join(folder, "days", "1.json"), "--deribit", chain, ...flags)).toMatchObject({ code: 0 });
    const later = put(
      folder,
      "later.csv",
      new TextDecoder()
        .decode(SMALL_CHAIN.bytes)
        .replaceAll("2026-02-04T", "2026-02-07T")
        .replace(/^.*BTC-6FEB26.*\n/gm, "")
        .replaceAll("2026-02-04 ", "2026-02-07 "),
    );
    const two = join(folder, "days", "2.json");
    const ended = await build(two, "--deribit", later, ...flags, "--settlement", "BTC-6FEB26=71234.5");
    expect(ended.code).toBe(0);
    const shown = await tacit(["market", "show", "--market", two, "--instrument", "BTC-6FEB26", "--json"]);
    expect(json(shown)).toMatchObject({ mark: "71234.5", delta: "0" });
  });

  it("lists shares at what counts of their rate, and takes funding off a perpetual's mark", async () => {
    const [out, listings] = [join(folder, "shared.json"), join(folder, "shared-listings.json")];
    const anchor = { rate: "1", time: Date.parse("2025-02-04T21:33:08Z") / 1000 };
    const share = { name: "SBTC", underlying: "BTC", rate: "1.5", anchor, growth: "0.1" };
    const shares = put(folder, "shares.json", { $schema: "urn:tacit:shares", version: 1, shares: [share] });
    const flags = ["--deribit", chain, "--profile", "linear", "--listings", listings, "--shares", shares];
    const ended = await build(out, ...flags, "--funding", "BTC=-12.5");
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain("warning: SBTC tells 1.5 BTC and counts as 1.1, its bound");
    const shown = async (name: string) =>
      json(await tacit(["market", "show", "--market", out, "--instrument", name, "--json"]));
    expect(await shown("SBTC")).toMatchObject({ mark: "80415.39", share: { rate: "1.5", counted: "1.1" } });
    expect(await shown("BTC-PERPETUAL")).toMatchObject({ mark: "73117.4", delta: "73104.9" });
  });

  it.each<[what: string, flags: string[], message: RegExp]>([
    ["funding of nothing", ["--deribit", chain, "--profile", "linear", "--funding", "SOL=5"], /no perpetual of SOL/],
    ["funding without amount", ["--deribit", chain, "--funding", "BTC=x"], /is not an amount/],
    ["no history for a profile that needs one", ["--deribit", chain], /--history BTC=candles\.csv/],
    ["a history given twice", ["--deribit", chain, "--history", btc, btc], /"BTC" is given twice/],
    ["a missing history", ["--deribit", chain, "--history", "BTC=none.csv"], /none\.csv: there is no such file/],
    ["a chain that is none", ["--deribit", join(ROOT, "package.json"), "--history", btc], /package\.json: row 2/],
    ["the chain as the output", ["--deribit", chain, "--history", btc, "--out", chain], /--out is given twice/],
    ["a settlement of nothing", ["--deribit", chain, "--settlement", "BTC=5"], /"BTC" is not a future/],
    ["a settlement without price", ["--deribit", chain, "--settlement", "BTC-6FEB26=x"], /is not a price/],
    [
      "a settlement to come",
      ["--deribit", chain, "--profile", "linear", "--settlement", "BTC-6FEB26=5"],
      /still to come/,
    ],
    [
      "a profile that is no file",
      ["--deribit", chain, "--profile", "./none.json"],
      /none\.json: there is no such file/,
    ],
  ])("refuses %s", async (what, flags, message) => {
    const out = join(folder, `${what}.json`);
    const { code, stdout, stderr } = await build(out, ...flags);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, ""]);
    expect(statSync(out, { throwIfNoEntry: false })).toBe(undefined);
  });

  it("refuses to write over what it reads", async () => {
    const { code, stderr } = await build(chain, "--deribit", chain, "--profile", "linear");
    expect(stderr).toContain("read by this very command");
    expect(code).toBe(2);
    expect(readFileSync(chain)).toEqual(Buffer.from(SMALL_CHAIN.bytes));
    const both = join(folder, "both.json");
    const same = await build(both, "--deribit", chain, "--profile", "linear", "--listings", both);
    expect(same.stderr).toContain("read by this very command");
    expect(same.code).toBe(2);
  });
});

describe("tacit market verify", () => {
  it("finds the row that was changed", async () => {
    const out = join(folder, "tampered.json");
    await build(out, "--deribit", chain, "--profile", "linear", "--listings", join(folder, "tampered-listings.json"));
    const text = readFileSync(out, "utf8");
    const changed = put(folder, "changed.json", text.replace('"forward":"', '"forward":"1'));
    expect(changed).not.toBe(text);
    const ended = await tacit(["market", "verify", "--market", changed, "--json"]);
    expect(ended.code).toBe(1);
    expect(json(ended)).toMatchObject({ ok: false });
    expect(await tacit(["market", "verify", "--market", out])).toMatchObject({ code: 0 });
    expect(await tacit(["market", "verify", "--market", chain])).toMatchObject({ code: 2 });
  });

  it("refuses to compute anything from a market that does not hold", async () => {
    const portfolio = put(folder, "book.json", { cash: "1", positions: [] });
    const { code } = await tacit(["margin", "--market", join(folder, "changed.json"), "--portfolio", portfolio]);
    expect(code).toBe(2);
  });
});

describe("tacit market show", () => {
  it("suggests nothing it does not know", async () => {
    const flags = ["--market", join(folder, "linear.json"), "--instrument", "BTC-27MAR26-60001-P"];
    const { code, stderr } = await tacit(["market", "show", ...flags]);
    expect(stderr).toContain('no instrument "BTC-27MAR26-60001-P"');
    expect(code).toBe(2);
  });
});
