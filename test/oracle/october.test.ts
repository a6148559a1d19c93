import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { TacitError } from "../../prover/units/errors.ts";
import { Price } from "../../prover/units/units.ts";
import { GRACE, openVenues } from "./venues.ts";

/** 10 October 2025, Bybit perps: between 21:00 and 22:00 UTC SOL traded 25.5% below the hour before, BTC 11.5%. */
const ASSETS = ["BTC", "ETH", "SOL"];
const [, ...lines] = readFileSync(new URL("../../data/bybit-2025-10-10.csv", import.meta.url), "utf8")
  .trim()
  .split("\n");
const candles = lines.map((line) => {
  const [, symbol = "", timestamp = "", , , low = "", close = ""] = line.split(",");
  return { symbol, hour: timestamp.slice(11, 13), low: Price.parse(low, "low"), close: Price.parse(close, "close") };
});
const candle = (asset: number, hour: number) => {
  const found = candles.find((c) => c.symbol === `${ASSETS[asset]}USDT` && Number(c.hour) === hour);
  if (found === undefined) throw new Error(`no candle of hour ${hour}`);
  return found;
};
/** The second at which an hour's candle closes. */
const closing = (hour: number) => Date.parse(`2025-10-10T${hour}:00:00Z`) / 1000 + 3600;
const SOL = 2;

describe("on the evening of 10 October 2025", () => {
  let venues: Awaited<ReturnType<typeof openVenues>>;

  beforeEach(async () => {
    venues = await openVenues(ASSETS, closing(17) - 60);
  });

  /** All venues say the close of this hour, but those that something else is said of. */
  async function close(hour: number, said: { chainlink?: Price | null; pyth?: Price | null; reporters?: number } = {}) {
    await venues.go(closing(hour));
    for (const asset of ASSETS.keys()) {
      const price = candle(asset, hour).close;
      const only = (value: Price | null | undefined) => (asset === SOL && value !== undefined ? value : price);
      const [chainlink, pyth] = [only(said.chainlink), only(said.pyth)];
      if (chainlink !== null) await venues.chainlink(asset, chainlink);
      if (pyth !== null) await venues.pyth(asset, pyth);
      const signing = venues.reporters.slice(0, said.reporters ?? 3);
      if (signing.length > 0) await venues.report(asset, price, signing);
    }
  }

  it("follows every close when all venues agree", async () => {
    for (const hour of [18, 19, 20, 21, 22, 23]) {
      await close(hour);
      for (const asset of ASSETS.keys()) expect(await venues.index(asset)).toBe(candle(asset, hour).close);
    }
  });

  it("does not follow one venue into its wick: SOL stays at 187.25 while one venue says 146.57", async () => {
    const { low } = candle(SOL, 21);
    await close(21, { pyth: low });
    expect(Price.format(low)).toBe("146.57");
    expect(Price.format(await venues.index(SOL))).toBe("187.25");
    expect(await venues.faults(SOL)).toEqual(["none", "deviates", "none"]);
  });

  it("follows when two of three venues go there, as it must", async () => {
    const { low } = candle(SOL, 21);
    await close(21, { pyth: low, chainlink: low });
    expect(await venues.index(SOL)).toBe(low);
    expect(await venues.faults(SOL)).toEqual(["none", "none", "deviates"]);
  });

  it("goes on without a feed that stopped at 20:00", async () => {
    await close(19);
    await close(20, { chainlink: null });
    // Within its age the old price of 205.23 still counts as a price, 4.4% off; the median is what two others say.
    expect(await venues.index(SOL)).toBe(candle(SOL, 20).close);
    await close(21, { chainlink: null });
    expect(await venues.faults(SOL)).toEqual(["stale", "none", "none"]);
    expect(await venues.index(SOL)).toBe(candle(SOL, 21).close);
  });

  it("goes on without a feed that repeats an old price with new times", async () => {
    const stuck = candle(SOL, 19).close;
    await close(21, { chainlink: stuck });
    expect(await venues.faults(SOL)).toEqual(["deviates", "none", "none"]);
    expect(await venues.index(SOL)).toBe(candle(SOL, 21).close);
  });

  it("needs two of three reporters: one lost key costs nothing, two cost the source and not the index", async () => {
    await close(20, { reporters: 2 });
    expect(await venues.faults(SOL)).toEqual(["none", "none", "none"]);
    await expect(close(21, { reporters: 1 })).rejects.toThrow(TacitError);
    await close(22, { reporters: 0 });
    expect(await venues.faults(SOL)).toEqual(["none", "none", "stale"]);
    expect(await venues.index(SOL)).toBe(candle(SOL, 22).close);
  });

  it("has no index when a lost source and a wrong one meet", async () => {
    await close(21, { reporters: 0, pyth: candle(SOL, 21).low });
    expect(await venues.refusal(SOL)).toBe("NoQuorum");
    expect(await venues.index(0)).toBe(candle(0, 21).close);
  });

  it("says nothing from the start of a sequencer outage until the grace is over", async () => {
    await close(20);
    await venues.sequencer(false);
    expect(await venues.refusal(SOL)).toBe("SequencerDown");
    await venues.go(closing(20) + 2400);
    await venues.sequencer(true);
    expect(await venues.refusal(SOL)).toBe("SequencerJustUp");
    const up = await venues.time();
    // A call runs one second after the latest block.
    await venues.go(up + GRACE - 2);
    expect(await venues.refusal(SOL)).toBe("SequencerJustUp");
    // The grace is over, but prices are from before the outage and too old by now: it waits for new ones.
    await venues.go(up + GRACE + 2);
    expect(await venues.refusal(SOL)).toBe("NoQuorum");
    await close(22);
    expect(await venues.index(SOL)).toBe(candle(SOL, 22).close);
  });

  /** A venue that quotes in a coin worth 0.90 says 1/0.90 of the price in dollars. */
  const inDepegged = (price: Price) => Price.of((price * 10n) / 9n, "price in a coin of 0.90");

  it("drops a source quoted in a stablecoin that lost a tenth", async () => {
    await close(21, { pyth: inDepegged(candle(SOL, 21).close) });
    expect(await venues.faults(SOL)).toEqual(["none", "deviates", "none"]);
    expect(await venues.index(SOL)).toBe(candle(SOL, 21).close);
  });

  it("is wrong by the depeg when most sources quote in that coin: they must not", async () => {
    const wrong = inDepegged(candle(SOL, 21).close);
    await close(21, { pyth: wrong, chainlink: wrong });
    expect(await venues.index(SOL)).toBe(wrong);
  });
});
