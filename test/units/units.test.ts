import { describe, expect, test } from "vitest";
import { Cash, Coverage, Notional, Price, Quantity, Ratio } from "../../prover/units/units.ts";

const signed = [
  { name: "Quantity", unit: Quantity, bits: 47n },
  { name: "Price", unit: Price, bits: 47n },
  { name: "Cash", unit: Cash, bits: 100n },
];
const unsigned = [
  { name: "Ratio", unit: Ratio, bits: 32n },
  { name: "Notional", unit: Notional, bits: 64n },
  { name: "Coverage", unit: Coverage, bits: 20n },
];

describe("units hold exactly what the circuits hold", () => {
  test.each(signed)("$name reaches to one below 2^$bits on both sides", ({ unit, bits }) => {
    const bound = 2n ** bits;
    expect(unit.of(bound - 1n, "x")).toBe(bound - 1n);
    expect(unit.of(1n - bound, "x")).toBe(1n - bound);
    expect(() => unit.of(bound, "x")).toThrow(expect.objectContaining({ code: "OUT_OF_RANGE" }));
    expect(() => unit.of(-bound, "x")).toThrow(expect.objectContaining({ code: "OUT_OF_RANGE" }));
  });

  test.each(unsigned)("$name reaches from 0 to one below 2^$bits", ({ unit, bits }) => {
    const bound = 2n ** bits;
    expect(unit.of(0n, "x")).toBe(0n);
    expect(unit.of(bound - 1n, "x")).toBe(bound - 1n);
    expect(() => unit.of(bound, "x")).toThrow(expect.objectContaining({ code: "OUT_OF_RANGE" }));
    expect(() => unit.of(-1n, "x")).toThrow(expect.objectContaining({ code: "OUT_OF_RANGE" }));
  });
});
