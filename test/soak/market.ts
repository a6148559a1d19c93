import { readFileSync } from "node:fs";
import { closesBefore, readCandles } from "../../prover/market/candles.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { publishSets } from "../../prover/market/publish.ts";
import { SECONDS_PER_DAY } from "../../prover/market/time.ts";
import type { Instrument, MarketInputs, PublishedSet, SetName } from "../../prover/market/types.ts";
import { Price } from "../../prover/units/units.ts";

export const ASSETS = ["BTC", "ETH"] as const;

const read = (name: string) => readFileSync(new URL(`../../data/${name}`, import.meta.url));

interface Hour {
  readonly time: number;
  readonly close: Readonly<Record<string, number>>;
  readonly low: Readonly<Record<string, number>>;
}

/** The hours of the shipped candles, each at its closing second. */
export function hours(): Hour[] {
  const [, ...lines] = read("bybit-hourly-2025-10.csv").toString("utf8").trim().split("\n");
  const found = new Map<number, { close: Record<string, number>; low: Record<string, number> }>();
  for (const line of lines) {
    const [, symbol = "", start = "", low = "", close = ""] = line.split(",");
    const time = Date.parse(start) / 1000 + 3600;
    const hour = found.get(time) ?? { close: {}, low: {} };
    hour.close[symbol.slice(0, 3)] = Number(close);
    hour.low[symbol.slice(0, 3)] = Number(low);
    found.set(time, hour);
  }
  return [...found].map(([time, hour]) => ({ time, ...hour })).sort((a, b) => a.time - b.time);
}

/** Linear instruments and a grid of options, listed around the first hour's prices; their volatilities stand still. */
export function listed(first: Hour): Instrument[] {
  const start = Math.floor(first.time / SECONDS_PER_DAY) * SECONDS_PER_DAY + SECONDS_PER_DAY / 3;
  return ASSETS.flatMap((underlying, u) => {
    const forward = first.close[underlying] ?? Number.NaN;
    const base = { underlying, forward };
    const id = 300 + 100 * u;
    const options = [1, 3, 10, 40].flatMap((days, d) =>
      [0.85, 0.92, 0.96, 1, 1.04, 1.08, 1.15].map((share, k): Instrument => {
        const strike = Number((forward * share).toPrecision(3));
        const optionType = share < 1 ? "put" : "call";
        const expiry = start + days * SECONDS_PER_DAY;
        const volatility = (u === 0 ? 0.42 : 0.68) + 0.6 * Math.abs(share - 1) + (days === 1 ? 0.05 : 0);
        const name = `${underlying}-${days}D-${strike}-${optionType}`;
        return { ...base, id: id + 10 * d + k + 2, name, kind: "option", expiry, strike, optionType, volatility };
      }),
    );
    return [
      { ...base, id: 1 + u, name: underlying, kind: "spot" as const },
      { ...base, id, name: `${underlying}-PERPETUAL`, kind: "perp" as const },
      { ...base, id: id + 1, name: `${underlying}-20D`, kind: "future" as const, expiry: start + 20 * SECONDS_PER_DAY },
      ...options,
    ];
  }).sort((a, b) => a.id - b.id);
}

export interface SoakMarket {
  readonly inputs: MarketInputs;
  readonly sets: Readonly<Record<SetName, PublishedSet>>;
  /** 1e-6 USD, in the order of `ASSETS`. */
  readonly index: readonly bigint[];
}

const histories = Object.fromEntries(
  ASSETS.map((name) => {
    const file = `binance-${name.toLowerCase()}usdt-daily.csv`;
    return [name, { file, candles: readCandles(read(file), file) }];
  }),
);

/** The market of a moment: the listed instruments at these prices, under the shipped profile. Settled ones keep theirs. */
export async function marketAt(
  time: number,
  prices: Readonly<Record<string, number>>,
  instruments: readonly Instrument[],
): Promise<SoakMarket> {
  const underlyings = Object.fromEntries(
    ASSETS.map((name) => {
      const { file, candles } = histories[name] ?? {};
      if (file === undefined || candles === undefined) throw new Error(`no history of ${name}`);
      return [name, { index: prices[name] ?? Number.NaN, closes: closesBefore(candles, file, time, 366) }];
    }),
  );
  const inputs: MarketInputs = {
    venue: "soak",
    timestamp: time,
    underlyings,
    instruments: instruments.map((each) => ({ ...each, forward: prices[each.underlying] ?? Number.NaN })),
  };
  const { sets } = await publishSets(inputs, loadProfile("portfolio"));
  const index = ASSETS.map((name) => Price.parse((prices[name] ?? Number.NaN).toFixed(2), `index of ${name}`));
  return { inputs, sets, index };
}
