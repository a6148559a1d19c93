import { poseidon2, poseidon4, poseidon8, poseidon16 } from "poseidon-lite";
import { describe, expect, it } from "vitest";
import { buildMarket } from "../../prover/market/build.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import {
  buildSettlementTree,
  extendSettlements,
  SETTLEMENT_ARITIES,
  settlementsIn,
} from "../../prover/market/settlement.ts";
import type { Market } from "../../prover/market/types.ts";
import { Price } from "../../prover/units/units.ts";
import { DAY_ONE, DAY_TWO, HISTORIES } from "./samples.ts";

const usd = (text: string) => Price.parse(text, "price");
const settled = (id: number, text: string) => ({ id, price: usd(text) });
const POSEIDON: Readonly<Record<number, (inputs: bigint[]) => bigint>> = { 4: poseidon4, 8: poseidon8, 16: poseidon16 };

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
  it("hashes id and price in the layout of the specification, as another Poseidon computes it", async () => {
    const { root } = await buildSettlementTree([settled(4100, "0"), settled(300, "1500.25")]);
    let level = Array<bigint>(4096).fill(0n);
    level[4] = poseidon2([4100n, 0n]);
    level[300] = poseidon2([300n, 1_500_250_000n]);
    for (const arity of [8, 8, 16, 4]) {
      const hash = POSEIDON[arity];
      level = Array.from(
        { length: level.length / arity },
        (_, i) => hash?.(level.slice(i * arity, (i + 1) * arity)) ?? 0n,
      );
    }
    expect(level).toEqual([root]);
  });

  it("opens every leaf along its path, and none that is not there", async () => {
    const all = [settled(1, "1"), settled(4103, "2"), settled(12_287, "3"), settled(2 ** 32 - 2, "4")];
    const tree = await buildSettlementTree(all);
    for (const { id, price } of all) {
      const opening = tree.open(id);
      expect(opening.price).toBe(price);
      let node = poseidon2([BigInt(id), price]);
      let index = id % 4096;
      for (const [level, arity] of SETTLEMENT_ARITIES.entries()) {
        const siblings = opening.siblings[level] ?? [];
        expect(siblings).toHaveLength(arity);
        expect(siblings[index % arity]).toBe(node);
        node = POSEIDON[arity]?.([...siblings]) ?? 0n;
        index = Math.floor(index / arity);
      }
      expect(node).toBe(tree.root);
    }
    for (const id of [2, 4097, 7]) expect(() => tree.open(id)).toThrow(`instrument ${id} has no settlement price`);
  });

  it("has a root while nothing has settled, and another as soon as something has", async () => {
    const empty = (await buildSettlementTree([])).root;
    expect(empty).toBeGreaterThan(0n);
    expect((await buildSettlementTree([settled(256, "0")])).root).not.toBe(empty);
  });

  it("refuses two settlements at one index, and a price below zero", async () => {
    await expect(buildSettlementTree([settled(256, "1"), settled(4352, "2")])).rejects.toThrow("256 and 4352 share");
    await expect(buildSettlementTree([settled(256, "-1")])).rejects.toThrow("negative");
  });
});

describe("settlements so far", () => {
  it("grow by what has expired in a market", () => {
    const later = extendSettlements([settled(300, "5")], market({ 256: "1", 400: undefined }));
    expect(later).toEqual([settled(256, "1"), settled(300, "5")]);
    expect(extendSettlements(later, market({ 256: "1" }))).toEqual(later);
  });

  it("keep an instrument's price until another at its index has settled", () => {
    const kept = extendSettlements([settled(256, "1")], market({ 4352: undefined }));
    expect(kept).toEqual([settled(256, "1")]);
    expect(extendSettlements(kept, market({ 4352: "9" }))).toEqual([settled(4352, "9")]);
  });

  it("never change a price, and never let what has settled trade on", () => {
    const before = [settled(256, "1")];
    expect(() => extendSettlements(before, market({ 256: "1.000001" }))).toThrow("at another price");
    expect(() => extendSettlements(before, market({ 256: undefined }))).toThrow("has settled already");
  });

  it("of a real day are the marks of its expired options and futures", async () => {
    const profile = loadProfile("portfolio");
    const request = { histories: HISTORIES, profile };
    const one = await buildMarket({ ...request, chain: { name: "one.csv", bytes: DAY_ONE }, listings: [] });
    const expiry = Date.parse("2026-02-05T08:00:00Z") / 1000;
    const two = await buildMarket({
      ...request,
      chain: { name: "two.csv", bytes: DAY_TWO },
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
