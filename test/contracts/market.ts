import type { AccountState } from "../../prover/account/state.ts";
import { publishSet } from "../../prover/market/publish.ts";
import type { Market, PublishedSet, SetName } from "../../prover/market/types.ts";
import type { RequirementSet } from "../../prover/risk/types.ts";
import { Cash, Price, Quantity, Ratio } from "../../prover/units/units.ts";

/**
 * The smallest market: one coin, one scenario in which it loses a fifth, weighed .8 for maintenance and 1 for initial.
 * Holding `n` coins at price `p` thus requires .16 and .20 of `n*p`.
 * @param ids of instruments that are all worth a coin
 */
export async function coinMarket(timestamp: number, price: string, ids: readonly number[] = [1]): Promise<Market> {
  const publish = async (name: SetName, weight: string): Promise<PublishedSet> => {
    const mark = Price.parse(price, "price");
    const zero = Price.of(0n, "zero");
    const row = (id: number) => ({
      id,
      bucket: 0,
      mark,
      delta: mark,
      long: zero,
      short: zero,
      values: [Price.of(-mark / 5n, "loss")],
    });
    const one = Ratio.parse("1", "one");
    const set: RequirementSet = {
      name,
      scenarios: [{ name: "down", weight: Ratio.parse(weight, "weight") }],
      buckets: [
        { name: "coin", gain: one, loss: one, a: Ratio.parse("0.02", "a"), h: Ratio.parse("0.01", "h"), tiers: [] },
      ],
      rows: new Map(ids.map((id) => [id, row(id)])),
    };
    return publishSet(name, set, timestamp);
  };
  return {
    venue: "test",
    timestamp,
    profile: "coin",
    index: { COIN: Price.parse(price, "price") },
    instruments: [],
    sets: { maintenance: await publish("maintenance", "0.8"), initial: await publish("initial", "1") },
    hash: 1n,
  };
}

/** Two coins and some cash: at a price of 50000, -75000 covers maintenance 1.5625 times; at 44000 no longer. */
export function coinAccount(accountId: bigint, cash: string): AccountState {
  return {
    accountId,
    cash: Cash.parse(cash, "cash"),
    positions: [{ id: 1, quantity: Quantity.parse("2", "quantity") }],
    salt: 77n,
  };
}
