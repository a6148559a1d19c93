import { poseidon1, poseidon16 } from "poseidon-lite";
import { describe, expect, it } from "vitest";
import { commit, decodeState, encodeState } from "../../prover/account/state.ts";
import { FIELD, loadPoseidon, textTag, toField } from "../../prover/hash/poseidon.ts";
import { buildRowTree, encodeParams, encodeRow, requirementRoot } from "../../prover/market/tree.ts";
import type { RequirementSet, Row } from "../../prover/risk/types.ts";
import type { Cash, Notional, Price, Quantity, Ratio } from "../../prover/units/units.ts";

const row = (id: number): Row => ({
  id,
  bucket: 3,
  mark: 5n as Price,
  delta: -2n as Price,
  long: 7n as Price,
  short: 11n as Price,
  values: [1n as Price, -1n as Price, 2n as Price],
});
const set = (...ids: number[]): RequirementSet => ({
  name: "test",
  scenarios: [1n, 2n, 3n].map((weight) => ({ name: "", weight: (weight * 100_000n) as Ratio })),
  buckets: [
    {
      name: "b",
      gain: 100_000n as Ratio,
      loss: 200_000n as Ratio,
      a: 300_000n as Ratio,
      h: 400_000n as Ratio,
      tiers: [{ rate: 500_000n as Ratio, deduction: 6n as Notional }],
    },
  ],
  rows: new Map(ids.map((id) => [id, row(id)])),
});

describe("the frozen layouts", () => {
  it("agree with another implementation of Poseidon", async () => {
    const hash = await loadPoseidon();
    expect(hash([1n])).toBe(poseidon1([1n]));
    const wide = Array.from({ length: 16 }, (_, i) => FIELD - BigInt(i + 1));
    expect(hash(wide)).toBe(poseidon16(wide));
  });

  it("refuse to hash what is not a field element, and more than sixteen values", async () => {
    const hash = await loadPoseidon();
    expect(() => hash([FIELD])).toThrow(/not a field element/);
    expect(() => hash([-1n])).toThrow(/not a field element/);
    expect(() => hash([])).toThrow(/1 to 16/);
    expect(() => hash(Array.from({ length: 17 }, () => 0n))).toThrow(/1 to 16/);
  });

  it("pack a row's head, sides and pairs as the page says", () => {
    const [head, ifLong, ifShort, first, second, third] = encodeRow(row(300));
    expect(head).toBe(300n + (3n << 32n) + (((1n << 48n) - 2n) << 40n));
    expect(ifLong).toBe(5n + (7n << 120n));
    expect(ifShort).toBe(toField(5n - (11n << 120n)));
    expect(first).toBe(toField(1n - (1n << 120n)));
    expect([second, third]).toEqual([2n, 0n]);
    expect(encodeRow(row(300))).toHaveLength(16);
  });

  it("pack the parameters as the page says, in basis points", () => {
    const words = encodeParams(set());
    expect(words).toHaveLength(10);
    expect(words[0]).toBe(1n + (2n << 16n) + (3n << 32n));
    expect(words[1]).toBe(0n);
    expect(words[2]).toBe(5n + (6n << 16n) + ((1n + (2n << 16n) + (3n << 32n) + (4n << 48n)) << 160n));
    expect(words.slice(3).every((word) => word === 0n)).toBe(true);
  });

  it("refuse a ratio between two basis points, which no circuit could hold", () => {
    const fine = set();
    const scenarios = fine.scenarios.map((scenario) => ({ ...scenario, weight: 100_001n as Ratio }));
    expect(() => encodeParams({ ...fine, scenarios })).toThrow(expect.objectContaining({ code: "TOO_FINE" }));
  });

  it("bind a set's rows, parameters, name and time in one root", async () => {
    const hash = await loadPoseidon();
    const tree = await buildRowTree(set(1));
    const quarters = [0, 1, 2, 3].map((i) => hash(tree.cap.slice(16 * i, 16 * i + 16)));
    const root = await requirementRoot(set(1), tree, { setId: 2n, timestamp: 77 });
    expect(root).toBe(hash([...quarters, 2n, 77n, ...encodeParams(set(1))]));
  });

  it("pack a state as the page says, and hide behind the salt", async () => {
    const state = {
      accountId: 1n,
      cash: -3n as Cash,
      salt: 4n,
      positions: [
        { id: 9, quantity: 2n as Quantity },
        { id: 8, quantity: -1n as Quantity },
      ],
    };
    const words = encodeState(state);
    expect(words).toHaveLength(15);
    expect(words.slice(0, 4)).toEqual([
      textTag("tacit/account"),
      1n,
      FIELD - 3n,
      9n + (2n << 32n) + ((8n + (((1n << 48n) - 1n) << 32n)) << 80n),
    ]);
    expect(words[14]).toBe(4n);
    expect(await commit(state)).not.toBe(await commit({ ...state, salt: 5n }));
  });

  it("are read back to the very state, and nothing else is one", async () => {
    const state = {
      accountId: 1n,
      cash: -3n as Cash,
      salt: 4n,
      positions: [
        { id: 9, quantity: 2n as Quantity },
        { id: 0, quantity: 0n as Quantity },
        { id: 8, quantity: -(1n << 46n) as Quantity },
      ],
    };
    const words = encodeState(state);
    expect(decodeState(words)).toEqual(state);
    for (const wrong of [words.with(0, 1n), words.with(3, 1n << 240n), words.with(2, 1n << 100n), words.slice(1)]) {
      expect(() => decodeState(wrong)).toThrow(expect.objectContaining({ code: "BAD_STATE" }));
    }
  });

  it("keep a secret that is out of range out of the error", () => {
    const state = { accountId: 1n, cash: 0n as Cash, salt: 1n, positions: [] };
    expect(() => encodeState({ ...state, salt: FIELD })).toThrow("salt is not a field element");
    expect(() => encodeState({ ...state, accountId: 1n << 248n })).toThrow("accountId is not a 248-bit number");
  });

  it.each([
    ["a quantity of 2^47", { positions: [{ id: 1, quantity: (1n << 47n) as Quantity }] }],
    ["a quantity that wraps", { positions: [{ id: 1, quantity: ((1n << 48n) + 3n) as Quantity }] }],
    ["an id that spills into the quantity", { positions: [{ id: 2 ** 32 + 9, quantity: 2n as Quantity }] }],
    ["an id that is no integer", { positions: [{ id: 1.5, quantity: 2n as Quantity }] }],
    ["cash of p - 1", { cash: (FIELD - 1n) as Cash }],
    ["cash of 2^100", { cash: (1n << 100n) as Cash }],
  ])("refuse to commit to %s, which would commit like another state", (_, change) => {
    const state = { accountId: 1n, cash: 0n as Cash, salt: 1n, positions: [], ...change };
    expect(() => encodeState(state)).toThrow(expect.objectContaining({ code: "BAD_STATE" }));
  });

  it("open every listed row and the empty slot, and nothing else", async () => {
    const tree = await buildRowTree(set(1, 4095, 5000));
    const hash = await loadPoseidon();
    for (const id of [0, 1, 4095, 5000]) {
      const { row, siblings } = tree.open(id);
      const index = id % 4096;
      expect(row.id).toBe(id);
      const leaf = hash(encodeRow(row));
      expect(siblings[0][index % 8]).toBe(leaf);
      expect(siblings[1][Math.floor(index / 8) % 8]).toBe(hash(siblings[0]));
      expect(tree.cap[Math.floor(index / 64)]).toBe(hash(siblings[1]));
    }
    expect(() => tree.open(2)).toThrow(/not listed/);
    expect(() => tree.open(4096)).toThrow(/not listed/);
  });

  it("refuse two instruments at one index, and an id that would stand at the empty slot's", async () => {
    await expect(buildRowTree(set(300, 300 + 4096))).rejects.toThrow(/both stand at tree index 300/);
    await expect(buildRowTree(set(8192))).rejects.toThrow(/both stand at tree index 0/);
  });
});
