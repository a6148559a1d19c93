import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSymbol } from "../../prover/import/symbols.ts";
import { formatName } from "../../prover/market/deribit/names.ts";

const nameOf = (symbol: string): string | undefined => {
  const read = readSymbol(symbol);
  return read === undefined ? undefined : formatName(read.name);
};

describe("a symbol", () => {
  test.each([
    ["BTC-27MAR26-60000-P", "BTC-27MAR26-60000-P"],
    ["BTC_USDC-27MAR26-60000-P", "BTC-27MAR26-60000-P"],
    ["BTC-20260327-60000-P", "BTC-27MAR26-60000-P"],
    ["BTC/USD:BTC-260327-60000-P", "BTC-27MAR26-60000-P"],
    ["BTC/USDC:USDC-260327-60000-P", "BTC-27MAR26-60000-P"],
    ["XRP_USDC-27MAR26-2d5-C", "XRP-27MAR26-2d5-C"],
    ["ETH-20260327-2400_5-C", "ETH-27MAR26-2400d5-C"],
    ["ETH/USDC:USDC-260327-2400.5-C", "ETH-27MAR26-2400d5-C"],
    ["ETH-20260206-2400-C", "ETH-6FEB26-2400-C"],
    ["BTC-PERPETUAL", "BTC-PERPETUAL"],
    ["BTC_USDC-PERPETUAL", "BTC-PERPETUAL"],
    ["BTC-PERP", "BTC-PERPETUAL"],
    ["BTC/USD:BTC", "BTC-PERPETUAL"],
    ["BTC/USDT:USDT", "BTC-PERPETUAL"],
    ["BTC-27MAR26", "BTC-27MAR26"],
    ["BTC/USDT:USDT-260327", "BTC-27MAR26"],
  ])("%s is the instrument %s", (symbol, name) => expect(nameOf(symbol)).toBe(name));

  test.each([
    ["BTC-PERPETUAL", true, "BTC"],
    ["BTC-27MAR26", true, "BTC"],
    ["BTC/USD:BTC-260327", true, "BTC"],
    ["BTC_USDC-PERPETUAL", false, "USDC"],
    ["BTC/USDT:USDT", false, "USDT"],
    ["ETH-PERP", false, "USDC"],
  ])("%s says how it settles", (symbol, inverse, settle) =>
    expect(readSymbol(symbol)).toMatchObject({ inverse, settle }),
  );

  test.each([
    ["a quanto contract, whose profit is neither inverse nor linear", "ETH/USD:BTC"],
    ["a pair of two coins", "ETH/BTC:BTC"],
    ["a spot pair, which is no contract", "BTC/USDT"],
    ["a coin", "BTC"],
    ["a day that no calendar has", "BTC/USD:BTC-260231"],
    ["a month that no year has", "ETH-20261327-2400-C"],
    ["a combination of contracts", "BTC-FS-27MAR26_PERP"],
    ["lower case", "btc-perpetual"],
    ["nothing", ""],
  ])("is not read when it is %s", (_, symbol) => expect(readSymbol(symbol)).toBeUndefined());

  test("of one option is one instrument in every venue's spelling", () => {
    const option = fc.record({
      day: fc.integer({ min: 1, max: 28 }),
      month: fc.integer({ min: 1, max: 12 }),
      strike: fc.integer({ min: 1, max: 9_999_999 }),
      tenths: fc.integer({ min: 0, max: 9 }),
      type: fc.constantFrom("C", "P"),
    });
    fc.assert(
      fc.property(option, ({ day, month, strike, tenths, type }) => {
        const two = (value: number) => String(value).padStart(2, "0");
        const date = `26${two(month)}${two(day)}`;
        const point = (mark: string) => `${strike}${tenths === 0 ? "" : `${mark}${tenths}`}`;
        const MONTH = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC".slice(3 * month - 3, 3 * month);
        const names = [
          `BTC-${day}${MONTH}26-${point("d")}-${type}`,
          `BTC-20${date}-${point("_")}-${type}`,
          `BTC/USD:BTC-${date}-${point(".")}-${type}`,
        ].map(nameOf);
        expect(names[0]).toBe(`BTC-${day}${MONTH}26-${point("d")}-${type}`);
        expect(new Set(names).size).toBe(1);
      }),
    );
  });
});
