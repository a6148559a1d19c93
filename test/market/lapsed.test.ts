import { beforeAll, expect, it } from "vitest";
import { makeEpoch } from "../../prover/epoch/make.ts";
import { verifyEpoch } from "../../prover/epoch/verify.ts";
import { type BuiltMarket, buildMarket } from "../../prover/market/build.ts";
import { parseMarketFile } from "../../prover/market/file.ts";
import { lapsedIn } from "../../prover/market/lapsed.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { settlementsIn } from "../../prover/market/settlements.ts";
import { renderInstrument, renderMarket, summariseInstrument, summariseMarket } from "../../prover/market/show.ts";
import { SET_NAMES } from "../../prover/market/types.ts";
import { Price } from "../../prover/units/units.ts";
import { EVENING_ONE, EVENING_TWO, HISTORIES } from "./samples.ts";

/** The second shipped day, on which the options and futures of 5 February have expired. */
const EXPIRY = Date.parse("2026-02-05T08:00:00Z") / 1000;
const PLACE = { chainId: 31337n, book: "0x5FbDB2315678afecb367f032d93F642f64180aa3" };
let two: BuiltMarket;

beforeAll(async () => {
  const request = { histories: HISTORIES, profile: loadProfile("portfolio") };
  const one = await buildMarket({ ...request, chain: { name: "one.csv", bytes: EVENING_ONE }, listings: [] });
  const settlements = { BTC: { [EXPIRY]: 70_000.5 }, ETH: { [EXPIRY]: 2_100.25 } };
  const chain = { name: "two.csv", bytes: EVENING_TWO };
  two = await buildMarket({ ...request, chain, listings: one.listings, settlements });
});

const epoch = () => makeEpoch(two.market, { ...PLACE, assets: ["BTC", "ETH"], dataURI: "two.json" });
const verify = async (file: Awaited<ReturnType<typeof epoch>>) =>
  verifyEpoch({ market: { name: "two.json", value: two.fileBytes }, file: { name: "epoch.json", value: file } });

it("leaves a lapsed instrument its settlement price, and no delta, scenario or charge in either set", () => {
  const { instruments, risky } = lapsedIn(two.market);
  expect(instruments.length).toBe(92);
  expect(new Set(instruments.map(({ expiry }) => expiry))).toEqual(new Set([EXPIRY]));
  expect(risky).toEqual([]);
  for (const { id, kind, strike = 0, optionType, forward } of instruments) {
    const worth =
      kind === "future" ? forward : Math.max(0, optionType === "call" ? forward - strike : strike - forward);
    for (const set of SET_NAMES) {
      const row = two.market.sets[set].rows.get(id);
      expect(row?.mark).toBe(Price.parse(worth.toFixed(6), "worth"));
      expect([row?.delta, row?.long, row?.short, ...(row?.values ?? [])].every((value) => value === 0n)).toBe(true);
    }
  }
});

it("names a lapsed instrument that still has something but a mark", () => {
  const { sets, ...rest } = two.market;
  const [first] = lapsedIn(two.market).instruments;
  const row = sets.initial.rows.get(first?.id ?? 0);
  if (row === undefined) throw new Error("nothing has lapsed");
  for (const changed of [{ delta: 1n }, { long: 1n }, { short: 1n }, { values: [0n, 1n] }]) {
    const rows = new Map(sets.initial.rows).set(row.id, { ...row, ...changed } as typeof row);
    const { risky } = lapsedIn({ ...rest, sets: { ...sets, initial: { ...sets.initial, rows } } });
    expect(risky.map(({ id }) => id)).toEqual([row.id]);
  }
});

it("shows so, of the market and of the instrument", () => {
  const summary = summariseMarket(two.market, parseMarketFile(two.fileBytes, "two.json"));
  expect(summary.lapsed).toEqual({ instruments: lapsedIn(two.market).instruments.length, risky: 0 });
  expect(renderMarket(summary)).toMatch(/lapsed \d+: each at its settlement price, without delta, scenario or charge/);
  const put = summariseInstrument(two.market, "BTC-5FEB26-75000-P");
  expect(put).toMatchObject({ lapsed: true, mark: "4999.5", delta: "0" });
  expect(renderInstrument(put)).toContain("no scenario moves it");
  expect(summariseInstrument(two.market, "BTC-PERPETUAL").lapsed).toBe(false);
});

it("settles each lapsed instrument at its row's mark: the epoch says so, and fails where it does not", async () => {
  const file = await epoch();
  expect(file.settlements).toEqual(settlementsIn(two.market));
  const { steps } = await verify(file);
  expect(steps.find(({ name }) => name === "settlements")).toMatchObject({
    ok: true,
    detail: expect.stringMatching(/lapsed rows are their prices, without delta, scenario or charge/),
  });
  const [first, ...others] = file.settlements;
  if (first === undefined) throw new Error("nothing has settled");
  const bent = { ...file, settlements: [{ ...first, price: Price.of(first.price + 1n, "price") }, ...others] };
  expect((await verify(bent)).steps.find(({ name }) => name === "settlements")?.ok).toBe(false);
  const short = { ...file, settlements: others };
  expect((await verify(short)).steps.find(({ name }) => name === "settlements")?.ok).toBe(false);
});
