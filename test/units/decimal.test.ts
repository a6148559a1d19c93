import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDecimal, parseDecimal } from "../../prover/units/decimal.ts";

describe("decimal strings", () => {
  test("survive a round trip at every scale", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
        fc.integer({ min: 0, max: 12 }),
        (value, places) => {
          expect(parseDecimal(formatDecimal(value, places), places, "x")).toBe(value);
        },
      ),
    );
  });

  test.each([
    ["25000.00", 25_000_000_000n],
    ["-2.5", -2_500_000n],
    ["0.000001", 1n],
    ["-0", 0n],
    ["007", 7_000_000n],
    ["1.0000000000", 1_000_000n],
  ])("%s is read exactly", (text, value) => {
    expect(parseDecimal(text, 6, "x")).toBe(value);
  });

  test.each([
    "",
    " 1",
    "1 ",
    "+1",
    "--1",
    "1e5",
    "1E-6",
    "NaN",
    "Infinity",
    "-Infinity",
    "0x10",
    "1,000",
    "1_000",
    ".5",
    "5.",
    "1.2.3",
    "-",
    "\u0661",
    "\uff11",
    "1\n",
    "1\u0000",
    "9".repeat(81),
    "__proto__",
  ])("%j is no decimal", (text) => {
    expect(() => parseDecimal(text, 6, "book.json: cash")).toThrow(
      expect.objectContaining({ code: "BAD_DECIMAL", message: expect.stringContaining("book.json: cash") }),
    );
  });

  test("more places than the unit holds are refused, never rounded", () => {
    expect(() => parseDecimal("0.0000001", 6, "x")).toThrow("7 decimal places, at most 6 fit");
  });

  test("zero is never written with a sign", () => {
    expect(formatDecimal(-0n, 6)).toBe("0");
    expect(formatDecimal(-1n, 6)).toBe("-0.000001");
  });
});
