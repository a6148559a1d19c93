import { describe, expect, it } from "vitest";
import { readDeribitChain } from "../../prover/market/deribit/chain.ts";
import { extendListings, listingsHash, readListings, writeListings } from "../../prover/market/listings.ts";
import { DAY_ONE, DAY_TWO } from "./samples.ts";

const one = readDeribitChain(DAY_ONE, "one.csv", ["BTC", "ETH"]).instruments;
const two = readDeribitChain(DAY_TWO, "two.csv", ["BTC", "ETH"]).instruments;
const never = () => false;
const future = (name: string) => ({ name, kind: "future" });
const text = (entries: unknown) =>
  new TextEncoder().encode(JSON.stringify({ $schema: "urn:tacit:listings", version: 1, entries }));

describe("listing a market", () => {
  const first = extendListings([], one, never);
  const second = extendListings(first, two, never);

  it("gives collateral the ids from 1 and the rest ids from 256, in the market's order", () => {
    expect(first).toHaveLength(1716);
    expect(first.filter(({ id }) => id <= 255)).toEqual([
      { id: 1, name: "BTC" },
      { id: 2, name: "ETH" },
    ]);
    expect(first[1]).toEqual({ id: 256, name: "BTC-PERPETUAL" });
    expect(Math.max(...first.map(({ id }) => id))).toBe(256 + 1713);
  });

  it("appends the next day's 242 new options and 2 new futures and leaves every earlier entry as it was", () => {
    expect(second.slice(0, 1716)).toEqual(first);
    const added = second.slice(1716).map(({ name }) => name);
    expect(added.filter((name) => name.split("-").length === 4)).toHaveLength(242);
    expect(added.filter((name) => name.split("-").length === 2)).toEqual(["BTC-9FEB26", "ETH-9FEB26"]);
    expect(new Set(second.map(({ id }) => id)).size).toBe(second.length);
  });

  it("keeps the names that the next day lacks", () => {
    const present = new Set(two.map(({ name }) => name));
    const kept = second.filter(({ name }) => !present.has(name)).map(({ name }) => name);
    expect(kept.filter((name) => name.split("-").length === 4)).toHaveLength(90);
    expect(kept).toHaveLength(92);
  });

  it("adds nothing when nothing is new", () => {
    expect(extendListings(second, two, never)).toEqual(second);
    expect(extendListings(second, one, never)).toEqual(second);
  });

  it("gives a name that comes back the id it had", () => {
    const listed = extendListings(extendListings([], [future("A"), future("B")], never), [future("C")], never);
    expect(extendListings(listed, [future("A"), future("D")], never)).toEqual([...listed, { id: 259, name: "D" }]);
  });
});

describe("an id", () => {
  const crowd = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => future(`${prefix}${i}`));
  const filled = extendListings([], crowd("A", 3839), never);

  it("is never a multiple of 4096 nor has a tree index that is kept for collateral", () => {
    expect(filled.at(-1)?.id).toBe(4094);
    const more = extendListings(filled, crowd("B", 3), never).slice(3839);
    expect(more.map(({ id }) => id)).toEqual([4095, 4352, 4353]);
  });

  it("is skipped when an instrument of this market, or one that may return, holds its tree index", () => {
    const market = [future("A0"), future("A2"), ...crowd("B", 3)];
    const more = extendListings(filled, market, (name) => name === "A1").slice(3839);
    // A0, A1 and A2 hold the indices 256, 257 and 258.
    expect(more.map(({ id }) => id)).toEqual([4095, 4096 + 259, 4096 + 260]);
  });

  it("is refused when the tree is full, rather than sharing an index", () => {
    const full = extendListings(filled, crowd("B", 1), never);
    expect(() => extendListings(full, [...crowd("A", 3839), ...crowd("B", 2)], never)).toThrow(
      expect.objectContaining({ code: "TOO_MANY_INSTRUMENTS" }),
    );
    const coins = Array.from({ length: 256 }, (_, i) => ({ name: `C${i}`, kind: "spot" }));
    expect(extendListings([], coins.slice(0, 255), never).at(-1)?.id).toBe(255);
    expect(() => extendListings([], coins, never)).toThrow(expect.objectContaining({ code: "TOO_MANY_INSTRUMENTS" }));
  });
});

describe("listings.json", () => {
  it("reads back as it was written, and hashes its bytes", () => {
    const listed = extendListings([], one, never);
    const bytes = writeListings(listed);
    expect(readListings(bytes, "listings.json")).toEqual(listed);
    expect(readListings(writeListings([]), "listings.json")).toEqual([]);
    expect(listingsHash(listed)).not.toBe(listingsHash(listed.slice(0, -1)));
  });

  it.each([
    [
      "an id twice",
      [
        { id: 256, name: "A" },
        { id: 256, name: "B" },
      ],
      "entries[1].id: 256 is already entries[0]",
    ],
    [
      "a name twice",
      [
        { id: 256, name: "A" },
        { id: 257, name: "A" },
      ],
      'entries[1].name: "A" is already entries[0]',
    ],
    ["a multiple of 4096", [{ id: 8192, name: "A" }], "entries[0].id: 8192 has a tree index that is kept for spot"],
    ["an id above 32 bits", [{ id: 2 ** 32, name: "A" }], "entries[0].id"],
    ["the id 0", [{ id: 0, name: "A" }], "entries[0].id"],
    ["an unknown field", [{ id: 256, name: "A", mark: "1" }], "entries[0]"],
  ])("is refused with %s", (_, entries, message) => {
    expect(() => readListings(text(entries), "listings.json")).toThrow(message);
  });
});
