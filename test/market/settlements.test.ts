import { poseidon8, poseidon16 } from "poseidon-lite";
import { describe, expect, it } from "vitest";
import { buildMarket } from "../../prover/market/build.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { buildSettlementTree } from "../../prover/market/settlement.ts";
import { extendSettlements, settlementsIn } from "../../prover/market/settlements.ts";
import type { Market } from "../../prover/market/types.ts";
import { Price } from "../../prover/units/units.ts";
import { EVENING_ONE, EVENING_TWO, HISTORIES } from "./samples.ts";

const usd = (text: string) => Price.parse(text, "price");
const settled = (id: number, text: string) => ({ id, price: usd(text) });

/** A market of these instruments, of which those with a price have expired. */
function market(
  entries: Readonly<Record<number, string | undefined>>,
): Pick<Market, "instruments" | "timestamp" | "sets"> {
  const listed = Object.entries(entries).map(([id, price]) => ({ id: Number(id), price }));
  const rows = new Map(listed.map(({ id, price = "7" }) => [id, { id, mark: usd(price) }]));
  return {
    timestamp: 1000,
    instruments: listed.map(({ id, price }) => ({ id, expiry: price === undefined ? 2000 : 1000 })),
    sets: { maintenance: { rows }, initial: { rows } },
  } as unknown as Market;
}

describe("the settlement tree", () => {
  /** By the specification's words, with another Poseidon: every node of the whole tree, empty ones 0. */
  const rootOf = (entries: readonly bigint[]): bigint => {
    let level = [...entries];
    for (const [hash, arity] of [
      [poseidon16, 16],
      [poseidon8, 8],
      [poseidon8, 8],
      [poseidon16, 16],
    ] as const) {
      level = Array.from({ length: Math.ceil(level.length / arity) }, (_, i) =>
        hash([...level.slice(i * arity, (i + 1) * arity), ...Array<bigint>(arity).fill(0n)].slice(0, arity)),
      );
    }
    return poseidon16([...level, ...Array<bigint>(16).fill(0n)].slice(0, 16));
  };
  const entry = (id: bigint, price: bigint) => id + (price << 32n);

  it("hashes entries in the layout of the specification, as another Poseidon computes it", async () => {
    expect((await buildSettlementTree([])).root).toBe(rootOf([]));
    const few = [settled(4100, "0"), settled(300, "1500.25")];
    expect((await buildSettlementTree(few)).root).toBe(rootOf([entry(4100n, 0n), entry(300n, 1_500_250_000n)]));
    const many = Array.from({ length: 16 * 64 + 3 }, (_, i) => settled(i + 1, String(i)));
    const entries = many.map(({ id, price }) => entry(BigInt(id), price));
    expect((await buildSettlementTree(many)).root).toBe(rootOf(entries));
  });

  it("has another root as soon as anything has settled, at another price, or in another order", async () => {
    const [a, b] = [settled(256, "0"), settled(257, "1")];
    const lists = [[], [a], [b], [a, b], [b, a], [settled(256, "0.000001"), b]];
    const roots = await Promise.all(lists.map(async (list) => (await buildSettlementTree(list)).root));
    expect(new Set(roots).size).toBe(lists.length);
  });

  it("refuses an instrument that settles twice", async () => {
    await expect(buildSettlementTree([settled(256, "1"), settled(256, "1")])).rejects.toThrow("256 is settled twice");
  });
});

describe("settlements so far", () => {
  it("grow at their end by what has expired in a market", () => {
    const later = extendSettlements([settled(300, "5")], market({ 256: "1", 300: "5", 400: undefined }));
    expect(later).toEqual([settled(300, "5"), settled(256, "1")]);
    expect(extendSettlements(later, market({ 256: "1" }))).toEqual(later);
    expect(extendSettlements(later, market({}))).toEqual(later);
  });

  it("never change a price, and never let what has settled trade on", () => {
    const before = [settled(256, "1")];
    expect(() => extendSettlements(before, market({ 256: "1.000001" }))).toThrow("at another price");
    expect(() => extendSettlements(before, market({ 256: undefined }))).toThrow("has settled already");
  });

  it("of a real day are the marks of its expired options and futures", async () => {
    const profile = loadProfile("portfolio");
    const request = { histories: HISTORIES, profile };
    const one = await buildMarket({ ...request, chain: { name: "one.csv", bytes: EVENING_ONE }, listings: [] });
    const expiry = Date.parse("2026-02-05T08:00:00Z") / 1000;
    const two = await buildMarket({
      ...request,
      chain: { name: "two.csv", bytes: EVENING_TWO },
      listings: one.listings,
      settlements: { BTC: { [expiry]: 70_000.5 } },
    });
    const ids = new Map(two.listings.map(({ id, name }) => [name, id]));
    const price = (name: string) => all.find(({ id }) => id === ids.get(name))?.price;
    const all = settlementsIn(two.market);
    expect(settlementsIn(one.market)).toEqual([]);
    expect(price("BTC-5FEB26")).toBe(usd("70000.5"));
    expect(price("BTC-5FEB26-75000-P")).toBe(usd("4999.5"));
    expect(price("BTC-5FEB26-75000-C")).toBe(usd("0"));
    expect(all).toHaveLength(
      two.market.instruments.filter((one) => one.expiry === expiry && one.underlying === "BTC").length,
    );
  });
});
