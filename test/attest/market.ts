import type { AccountState } from "../../prover/account/state.ts";
import { publishSet } from "../../prover/market/publish.ts";
import type { Instrument, Market, SetName } from "../../prover/market/types.ts";
import type { RequirementSet, Row } from "../../prover/risk/types.ts";
import { Cash, Price, Quantity, Ratio } from "../../prover/units/units.ts";

/** What an instrument is of, and in which bucket it stands. */
export interface Listed {
  readonly id: number;
  readonly underlying: string;
  readonly bucket: number;
  readonly price: string;
}

/** Two coins with their spot and a perp, each in a bucket of its own. */
export const LISTED: readonly Listed[] = [
  { id: 1, underlying: "BTC", bucket: 0, price: "50000" },
  { id: 2, underlying: "ETH", bucket: 1, price: "2500" },
  { id: 256, underlying: "BTC", bucket: 0, price: "50100" },
  { id: 257, underlying: "ETH", bucket: 1, price: "2510" },
];

/** A market of spot and perps that lose a fifth in its one scenario. @param hash stands for its file's */
export async function listedMarket(
  listed: readonly Listed[] = LISTED,
  { buckets = ["BTC", "ETH"], timestamp = 1_770_240_788, hash = 1n << 240n } = {},
): Promise<Market> {
  const one = Ratio.parse("1", "one");
  const zero = Price.of(0n, "zero");
  const rows = listed.map(({ id, bucket, price }): Row => {
    const mark = Price.parse(price, "price");
    return { id, bucket, mark, delta: mark, long: zero, short: zero, values: [Price.of(-mark / 5n, "loss")] };
  });
  const publish = (name: SetName, weight: string) => {
    const set: RequirementSet = {
      name,
      scenarios: [{ name: "down", weight: Ratio.parse(weight, "weight") }],
      buckets: buckets.map((name) => ({
        ...{ name, gain: one, loss: one, a: Ratio.parse("0.02", "a"), h: Ratio.parse("0.01", "h"), tiers: [] },
      })),
      rows: new Map(rows.map((row) => [row.id, row])),
    };
    return publishSet(name, set, timestamp);
  };
  return {
    venue: "test",
    timestamp,
    profile: "coins",
    index: {},
    instruments: listed.map(({ id, underlying, price }): Instrument => {
      const kind = id <= 255 ? "spot" : "perp";
      return {
        id,
        name: kind === "spot" ? underlying : `${underlying}-PERPETUAL`,
        kind,
        underlying,
        forward: Number(price),
      };
    }),
    sets: { maintenance: await publish("maintenance", "0.8"), initial: await publish("initial", "1") },
    hash,
  };
}

/** Holds two BTC and is short one perp of them: equity of 74,900 USD with 25,000 of cash, net delta 49,900. */
export function listedAccount(accountId: bigint, cash = "25000"): AccountState {
  return {
    accountId,
    cash: Cash.parse(cash, "cash"),
    positions: [
      { id: 1, quantity: Quantity.parse("2", "quantity") },
      { id: 256, quantity: Quantity.parse("-1", "quantity") },
    ],
    salt: 77n,
  };
}
