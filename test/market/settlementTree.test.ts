import { beforeAll, describe, expect, it } from "vitest";
import { loadPoseidon, type Poseidon } from "../../prover/hash/poseidon.ts";
import type { Opening } from "../../prover/market/opening.ts";
import { buildSettlementTree, type Settlement } from "../../prover/market/settlement.ts";
import type { Price } from "../../prover/units/units.ts";

const settled = (count: number): Settlement[] =>
  Array.from({ length: count }, (_, i) => ({ id: 1_000 + i, price: BigInt(i - 3) as Price }));

let hash: Poseidon;
beforeAll(async () => {
  hash = await loadPoseidon();
});

/** The root that an opening leads to, by the page's own words. */
function rootOf({ element, place, low, middle, upper, top }: Opening): bigint {
  let node = hash(element);
  let index = Number(place);
  for (const level of [low, middle, upper, top]) {
    expect(level[index % level.length]).toBe(node);
    node = hash(level);
    index = Math.floor(index / level.length);
  }
  return node;
}

describe("the settlement tree", () => {
  it.each([1, 16, 17, 1_025, 20_000])("opens every entry of %i", async (count) => {
    const entries = settled(count);
    const tree = await buildSettlementTree(entries);
    for (const i of [0, 1, Math.floor(count / 2), count - 1].filter((i) => i < count)) {
      const opening = tree.open(1_000 + i);
      expect(opening.price).toBe(BigInt(i - 3));
      expect(opening.element[Number(opening.entry)]).toBe(
        BigInt(1_000 + i) + (BigInt.asUintN(48, BigInt(i - 3)) << 32n),
      );
      expect(rootOf(opening)).toBe(tree.root);
    }
  });

  it("keeps the place of every entry as it grows", async () => {
    const [earlier, later] = [await buildSettlementTree(settled(40)), await buildSettlementTree(settled(300))];
    expect(later.open(1_020).place).toBe(earlier.open(1_020).place);
    expect(later.open(1_020).element).toEqual(earlier.open(1_020).element);
    expect(later.root).not.toBe(earlier.root);
  });

  it("has a root before anything settled", async () => {
    const tree = await buildSettlementTree([]);
    expect(tree.root).toBe(hash(Array.from({ length: 16 }, () => 0n)));
    expect(() => tree.open(1)).toThrow(expect.objectContaining({ code: "NOT_SETTLED" }));
  });

  it("settles nothing twice", async () => {
    const twice = [...settled(3), { id: 1_001, price: 9n as Price }];
    await expect(buildSettlementTree(twice)).rejects.toMatchObject({ code: "SETTLED_TWICE" });
  });
});
