import { expect, it } from "vitest";
import { batchesOf } from "../../prover/chain/batches.ts";

const item = (id: number, circuit: string, set: "maintenance" | "initial") => ({ id, proof: { circuit, set } });

it("groups proofs by key and set, each batch in the order given", () => {
  const mixed = [
    item(1, "margin_4", "initial"),
    item(2, "margin_16", "initial"),
    item(3, "margin_4", "maintenance"),
    item(4, "margin_4", "initial"),
    item(5, "margin_16", "initial"),
  ];
  expect(batchesOf(mixed).map((batch) => batch.map(({ id }) => id))).toEqual([[1, 4], [2, 5], [3]]);
});

it("makes no batch of nothing", () => {
  expect(batchesOf([])).toEqual([]);
});
