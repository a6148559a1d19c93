import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Listed, parseBook } from "../../prover/account/book.ts";
import { formatDecimal } from "../../prover/units/decimal.ts";

const market: Listed[] = [
  { id: 1, name: "BTC", kind: "spot" },
  { id: 256, name: "BTC-PERPETUAL", kind: "perp" },
  { id: 300, name: "BTC-27MAR26", kind: "future" },
  { id: 301, name: "BTC-27MAR26-60000-P", kind: "option" },
  { id: 302, name: "BTC-27MAR26-60000-C", kind: "option" },
  { id: 303, name: "ETH-27MAR26-2000-C", kind: "option" },
];
const explicitRows: Listed[] = market.map(({ id, name }) => ({ id, name }));

type Entry = Record<string, unknown>;
const book = (positions: Entry[], cash: unknown = "0") => JSON.stringify({ cash, positions });
const parse = (positions: Entry[], cash?: unknown) => parseBook(book(positions, cash), "book.json", market);
const refused = (positions: Entry[], code: string, message: string, instruments = market) =>
  expect(() => parseBook(book(positions), "book.json", instruments)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );

describe("a book", () => {
  test("becomes a portfolio in the units of the model, in its own order", () => {
    const positions = [
      { instrument: "BTC-27MAR26-60000-P", quantity: "-2.5" },
      { instrument: "BTC", quantity: "0.75" },
    ];
    expect(parse(positions, "25000.00")).toEqual({
      cash: 25_000n * 10n ** 12n,
      positions: [
        { id: 301, quantity: -2_500_000n },
        { id: 1, quantity: 750_000n },
      ],
    });
  });

  test("owes the entry value of perps and futures, to the last digit", () => {
    const positions = [
      { instrument: "BTC-PERPETUAL", quantity: "0.000003", entryPrice: "70000.000007" },
      { instrument: "BTC-27MAR26", quantity: "-1.5", entryPrice: "71000" },
    ];
    // 100 - 0.210000000021 + 106500
    expect(parse(positions, "100").cash).toBe(106_599_789_999_999_979n);
  });

  test("at its entry price is worth its cash, whatever it holds", () => {
    const perp = fc.record({
      quantity: fc.bigInt({ min: 1n, max: 2n ** 40n }),
      price: fc.bigInt({ min: 1n, max: 2n ** 40n }),
    });
    fc.assert(
      fc.property(perp, fc.boolean(), ({ quantity, price }, short) => {
        const signed = short ? -quantity : quantity;
        const entry = { quantity: formatDecimal(signed, 6), entryPrice: formatDecimal(price, 6) };
        const { cash } = parse([{ instrument: "BTC-PERPETUAL", ...entry }], "5");
        expect(cash + signed * price).toBe(5n * 10n ** 12n);
      }),
    );
  });

  test("may state its schema and version, and may be empty", () => {
    const text = '{ "$schema": "x", "version": 1, "cash": "-0.000000000001", "positions": [] }';
    expect(parseBook(text, "book.json", market)).toEqual({ cash: -1n, positions: [] });
  });

  test("on explicit rows may short anything, because nothing is known to be spot", () => {
    const { positions } = parseBook(book([{ instrument: "BTC", quantity: "-1" }]), "book.json", explicitRows);
    expect(positions).toEqual([{ id: 1, quantity: -1_000_000n }]);
  });
});

describe("a book is refused, naming file and row,", () => {
  test("when a perp or a future has no entry price", () => {
    refused(
      [{ instrument: "BTC-PERPETUAL", quantity: "1" }],
      "BAD_ENTRY_PRICE",
      "book.json: positions[0].entryPrice is missing",
    );
    refused([{ instrument: "BTC-27MAR26", quantity: "1" }], "BAD_ENTRY_PRICE", "is a future");
  });

  test.each(["BTC", "BTC-27MAR26-60000-P"])("when %s, which was paid for, has an entry price", (instrument) => {
    refused([{ instrument, quantity: "1", entryPrice: "1" }], "BAD_ENTRY_PRICE", "takes none");
  });

  test("when explicit rows, which have no kinds, are given an entry price", () => {
    const entry = { instrument: "BTC-PERPETUAL", quantity: "1", entryPrice: "1" };
    refused([entry], "BAD_ENTRY_PRICE", "is from explicit rows and takes none", explicitRows);
  });

  test.each(["0", "-1"])("when an entry price is %s", (entryPrice) => {
    refused([{ instrument: "BTC-PERPETUAL", quantity: "1", entryPrice }], "BAD_ENTRY_PRICE", "is not positive");
  });

  test("when spot is short", () => {
    refused(
      [{ instrument: "BTC", quantity: "-0.000001" }],
      "BAD_QUANTITY",
      'positions[0].quantity of "BTC" is negative',
    );
  });

  test.each(["0", "-0", "0.000000"])("when a quantity is %s", (quantity) => {
    refused([{ instrument: "BTC", quantity }], "BAD_QUANTITY", 'positions[0].quantity of "BTC" is zero');
  });

  test("when an instrument is listed twice, naming both rows", () => {
    refused(
      [
        { instrument: "BTC", quantity: "1" },
        { instrument: "BTC-27MAR26-60000-P", quantity: "1" },
        { instrument: "BTC", quantity: "2" },
      ],
      "DUPLICATE",
      'book.json: positions[0] and positions[2] both hold "BTC"',
    );
  });

  test.each([
    ["BTC-27MAR26-6000-P", 'Did you mean "BTC-27MAR26-60000-P" or "BTC-27MAR26-60000-C"'],
    ["btc-perpetual", 'Did you mean "BTC-PERPETUAL"?'],
    ["BTC-PERP", 'Did you mean "BTC-PERPETUAL"?'],
    ["SOL-SOMETHING-ELSE", "Nothing listed has a similar name."],
    ["__proto__", "Nothing listed has a similar name."],
    ["toString", "Nothing listed has a similar name."],
    ["", "Nothing listed has a similar name."],
    ["B".repeat(1_000_000), "Nothing listed has a similar name."],
  ])("when it holds an unknown instrument, with the nearest names (case %#)", (instrument, hint) => {
    expect(() => parse([{ instrument, quantity: "1" }])).toThrow(
      expect.objectContaining({ code: "UNKNOWN_INSTRUMENT", hint: expect.stringContaining(hint) }),
    );
  });

  test.each(["NaN", "Infinity", "1e5", " 1", "1 ", "+1", "0x1", "1,5", "", "1.0000001", "9".repeat(100)])(
    "when a quantity is %j",
    (quantity) => {
      refused([{ instrument: "BTC", quantity }], "BAD_DECIMAL", "book.json: positions[0].quantity");
    },
  );

  test("when numbers are too large for an account", () => {
    refused([{ instrument: "BTC", quantity: "140737488.355328" }], "OUT_OF_RANGE", "book.json: positions[0].quantity");
    expect(() => parse([], "1267650600228229401.496703205376")).toThrow(
      expect.objectContaining({ code: "OUT_OF_RANGE" }),
    );
    const entry = { quantity: "140737488", entryPrice: "140737488" };
    expect(() => parse([{ instrument: "BTC-PERPETUAL", ...entry }], "-1267650600228229401")).toThrow(
      expect.objectContaining({ code: "OUT_OF_RANGE", message: expect.stringContaining("cash less the entry value") }),
    );
  });

  test("when a decimal is a bare number, with the text to write", () => {
    expect(() => parse([{ instrument: "BTC", quantity: 2.5 }])).toThrow(
      expect.objectContaining({
        code: "BAD_FIELD",
        message: "book.json: positions[0].quantity must be a string, not a number",
        hint: 'Numbers are exact decimal strings: write "2.5" in quotes.',
      }),
    );
    expect(() => parse([], 1e5)).toThrow(expect.objectContaining({ hint: expect.stringContaining('"100000"') }));
  });

  test.each([
    ['{ "cash": "1", "positions": [], "note": "x" }', 'unknown field "note"'],
    ['{ "cash": "1", "positions": [{ "instrument": "BTC", "quantity": "1", "qty": "2" }] }', 'unknown field "qty"'],
    ['{ "cash": "1", "positions": [], "__proto__": {} }', 'unknown field "__proto__"'],
    [
      '{ "cash": "1", "positions": [{ "__proto__": { "instrument": "BTC", "quantity": "1" } }] }',
      "positions[0].instrument is missing",
    ],
    ['{ "cash": "1", "positions": {} }', "positions must be an array, not an object"],
    ['{ "version": 2, "cash": "1", "positions": [] }', "version"],
    ['{ "positions": [] }', "cash is missing"],
  ])("when its fields are not a book's: %s", (text, message) => {
    expect(() => parseBook(text, "book.json", market)).toThrow(
      expect.objectContaining({ code: "BAD_FIELD", message: expect.stringContaining(message) }),
    );
  });

  test("when it is not JSON, with line and column", () => {
    expect(() => parseBook('{\n  "cash": "1"\n  "positions": []\n}', "book.json", market)).toThrow(
      'book.json: line 3, column 3: "\\"positions\\"" stands where , or } is expected',
    );
  });
});
