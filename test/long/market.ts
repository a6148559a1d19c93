import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { json, ROOT, tacit, temporary } from "../cli/tacit.ts";

const folder = temporary();
const data = (name: string) => join(ROOT, "data", name);
const btc = `BTC=${data("binance-btcusdt-daily.csv")}`;
const eth = `ETH=${data("binance-ethusdt-daily.csv")}`;
const build = (out: string, ...flags: string[]) => tacit(["market", "build", "--out", out, ...flags]);

it("builds a whole day's chain the same from both spellings of --history", async () => {
  mkdirSync(join(folder, "other"));
  const [one, other] = [join(folder, "one.json"), join(folder, "other", "market.json")];
  const flags = ["--deribit", data("deribit-2026-02-04.csv"), "--profile", "portfolio"];
  const ended = await build(one, ...flags, "--history", btc, "--history", eth, "--json");
  expect(ended.code).toBe(0);
  expect(json(ended)).toMatchObject({
    out: one,
    listings: { path: join(folder, "listings.json"), entries: 1716, added: 1716 },
    market: { time: "2026-02-04T21:33:08Z", instruments: 1716, kinds: { option: 1688 } },
  });
  expect(await build(other, ...flags, "--history", btc, eth)).toMatchObject({ code: 0 });
  expect(readFileSync(other)).toEqual(readFileSync(one));

  const sources = ["--deribit", data("deribit-2026-02-04.csv"), "--history", btc, eth];
  const verified = await tacit([
    ...["market", "verify", "--market", one, ...sources],
    ...["--listings", join(folder, "listings.json"), "--json"],
  ]);
  expect(verified.code).toBe(0);
  expect(json(verified)).toMatchObject({ ok: true, notCompared: [] });
});
