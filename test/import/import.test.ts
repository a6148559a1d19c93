import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Listed, parseBook } from "../../prover/account/book.ts";
import { type ImportFile, type ImportRequest, importBook } from "../../prover/import/read.ts";
import { formatDecimal } from "../../prover/units/decimal.ts";

const listed: Listed[] = [
  { id: 1, name: "BTC", kind: "spot" },
  { id: 2, name: "ETH", kind: "spot" },
  { id: 256, name: "BTC-PERPETUAL", kind: "perp" },
  { id: 257, name: "ETH-PERPETUAL", kind: "perp" },
  { id: 300, name: "ETH-27MAR26", kind: "future" },
  { id: 301, name: "BTC-27MAR26-60000-P", kind: "option" },
  { id: 302, name: "BTC-27MAR26-85000-C", kind: "option" },
];

const dump = (name: string): ImportFile => ({
  name,
  text: readFileSync(new URL(`dumps/${name}`, import.meta.url), "utf8"),
});
const json = (name: string, value: unknown): ImportFile => ({ name, text: JSON.stringify(value) });
const csv = (...lines: string[]): ImportFile => ({ name: "table.csv", text: `${lines.join("\n")}\n` });
const bring = (files: readonly ImportFile[], options: Partial<ImportRequest> = {}) =>
  importBook({ files, listed, ...options });

/** What the model makes of a book: cash in 1e-12 USD and quantities in 1e-6, by name. */
function model(book: unknown): { cash: bigint; held: Record<string, bigint> } {
  const { cash, positions } = parseBook(JSON.stringify(book), "book.json", listed);
  const names = new Map(listed.map(({ id, name }) => [id, name]));
  return { cash, held: Object.fromEntries(positions.map(({ id, quantity }) => [names.get(id), quantity])) };
}

const perp = (fields: object) => ({ symbol: "BTC/USD:BTC", side: "long", contracts: 1, contractSize: 1, ...fields });

describe("Deribit's dumps", () => {
  const imported = bring([dump("deribit-positions.json"), dump("deribit-summaries.json")]);

  test("become a book: inverse contracts at N/e, options in coins, linear ones as they are", () => {
    // 50 USD at 7440.18, not the 0.006687 coins they are at the mark of 7476.65.
    expect(imported.book.positions).toEqual([
      { instrument: "BTC", quantity: "0.75" },
      { instrument: "BTC-PERPETUAL", quantity: "0.00672", entryPrice: "7440.47619" },
      { instrument: "BTC-27MAR26-60000-P", quantity: "-2.5" },
      { instrument: "ETH-PERPETUAL", quantity: "-1.25", entryPrice: "2148.65" },
    ]);
  });

  test("keep what is owed exact although the coins are rounded", () => {
    // Equity of 25,063.9375 USDC less 8.9375 of the short and 55 of the refused option; 50 owed, 1.25 * 2148.65 received.
    expect(model(imported.book).cash).toBe((25_000n - 50n) * 10n ** 12n + 2_685_812_500_000_000n);
  });

  test("list what is left out, each with its reason", () => {
    expect(imported.refused.map(({ what, reason }) => [what, reason])).toEqual([
      ["BTC-FS-27MAR26_PERP", expect.stringContaining("no contract settled in")],
      ["3.5 SOL", "the market takes no SOL as collateral"],
      ["SOL_USDC-27MAR26-2d5-C", "the market does not list SOL-27MAR26-2d5-C"],
    ]);
    expect(imported.notes.join("\n")).toContain("rounded down");
    expect(imported.notes.join("\n")).toContain("USDC count as USD, at par");
  });

  test("leave no collateral out without a word when the balances are missing", () => {
    const { notes } = bring([dump("deribit-positions.json")]);
    expect(notes).toContain("there is no balance of BTC: its collateral counts as none");
  });

  test("refuse a direction that contradicts its size", () => {
    const position = { instrument_name: "BTC-PERPETUAL", direction: "buy", size: -10, average_price: 70000 };
    expect(bring([json("p.json", [position])]).refused[0]?.reason).toContain("direction is buy");
  });
});

describe("ccxt's dumps", () => {
  const files = [dump("ccxt-positions.json"), dump("ccxt-balance.json")];

  test("become a book, the inverse and the linear perp as one position", () => {
    const { book } = bring(files, { totals: "wallet" });
    // 0.8 long at 73,250.5, and 73,000 USD short at 73,000, which are one coin.
    expect(model(book)).toEqual({
      cash: (100_000n * 10n - 586_004n + 730_000n) * 10n ** 11n,
      held: {
        BTC: 1_234_567n,
        "BTC-PERPETUAL": -200_000n,
        "BTC-27MAR26-85000-C": -4_000_000n,
        "BTC-27MAR26-60000-P": 250_000n,
      },
    });
  });

  test("take the profits of open positions off a total that is an equity", () => {
    const { book } = bring(files, { totals: "equity" });
    const { cash, held } = model(book);
    // The linear perp has lost 146.304 that are not in the total; the USDC option is worth 725.
    expect(cash).toBe((100_000n * 1000n + 146_304n - 725_000n - 58_600_400n + 73_000_000n) * 10n ** 9n);
    // Short options of 4 * 0.03 coins are a debt inside the equity.
    expect(held.BTC).toBe(1_354_567n);
  });

  test("are refused until somebody says what their totals are", () => {
    expect(() => bring(files)).toThrow(expect.objectContaining({ code: "NEEDS_TOTALS" }));
  });

  test("list a contract of unknown size and a balance that is null", () => {
    const { refused } = bring(files, { totals: "wallet" });
    expect(refused.map(({ what, reason }) => [what, reason])).toEqual([
      ["ETH/USDT:USDT-260327", expect.stringContaining("contractSize is missing")],
      ["balance of EUR", "its total is null"],
    ]);
  });

  test("list a debt in coins, which no book can hold", () => {
    const balance = { free: {}, used: {}, total: { BTC: -0.5 } };
    expect(bring([json("b.json", balance)]).refused[0]).toMatchObject({
      what: "-0.5 BTC",
      reason: expect.stringContaining("owed"),
    });
  });

  test("list an equity that cannot be freed of a profit nobody can compute", () => {
    const positions = [perp({ entryPrice: 70000 })];
    const balance = { free: {}, used: {}, total: { BTC: 1 } };
    const { refused } = bring([json("p.json", positions), json("b.json", balance)], { totals: "equity" });
    expect(refused[0]?.reason).toContain("no mark price");
  });
});

describe("inverse contracts", () => {
  const usd = fc.bigInt({ min: 1n, max: 10n ** 8n });
  const price = fc.bigInt({ min: 100_000n, max: 2n * 10n ** 8n });

  test("are N/e coins rounded down, and owe exactly N", () => {
    fc.assert(
      fc.property(usd, price, fc.boolean(), (n, cents, long) => {
        const contracts = Number(n);
        const entryPrice = Number(formatDecimal(cents, 2));
        const side = long ? "long" : "short";
        const { book, refused } = bring([json("p.json", [perp({ side, contracts, entryPrice })])]);
        expect(refused).toEqual([]);
        const signed = long ? n : -n;
        const { cash, held } = model(book);
        expect(cash).toBe(-signed * 10n ** 12n);
        // kept <= N/e < kept + 1, in units of 1e-6.
        const kept = held["BTC-PERPETUAL"] ?? 0n;
        expect(kept * cents <= signed * 10n ** 8n && signed * 10n ** 8n < (kept + 1n) * cents).toBe(true);
      }),
    );
  });

  test("give an equity at the dump's own mark that is the venue's, less what rounding took", () => {
    fc.assert(
      fc.property(usd, price, price, (n, entryCents, markCents) => {
        const [entryPrice, markPrice] = [entryCents, markCents].map((cents) => Number(formatDecimal(cents, 2)));
        const files = [
          json("p.json", [perp({ contracts: Number(n), entryPrice, markPrice })]),
          json("b.json", { free: {}, used: {}, total: { BTC: 1_000_000 } }),
        ];
        const { book, refused } = bring(files, { totals: "equity" });
        if (refused.length > 0) return;
        const { cash, held } = model(book);
        const mark = markCents * 10_000n;
        const coins = (held.BTC ?? 0n) + (held["BTC-PERPETUAL"] ?? 0n);
        const lost = 10n ** 12n * mark - (cash + coins * mark);
        expect(lost >= 0n && lost < 2n * mark).toBe(true);
      }),
    );
  });

  test("do not depend on the mark price, which moves while the entry stays", () => {
    const at = (markPrice: number) =>
      bring([json("p.json", [perp({ contracts: 5000, entryPrice: 64000, markPrice })])]).book;
    expect(at(90_000)).toEqual(at(40_000));
  });

  test("that net to nothing leave their profit in cash", () => {
    const positions = [
      perp({ contracts: 60_000, entryPrice: 60_000 }),
      { symbol: "BTC/USDT:USDT", side: "short", contracts: 1, contractSize: 1, entryPrice: 70_000 },
    ];
    const { book, notes } = bring([json("p.json", positions)]);
    expect(book).toEqual({ version: 1, cash: "10000", positions: [] });
    expect(notes.join()).toContain("nothing is left of it");
  });
});

describe("a number of a dump", () => {
  const contracts = (literal: string) => {
    const text = `[{"symbol":"ETH/USDT:USDT","side":"long","contracts":${literal},"contractSize":1,"entryPrice":2000}]`;
    return bring([{ name: "p.json", text }]);
  };

  test.each(["0.5", "1.50", "2e-1", '"0.5"', '"0.000001"', "1000000"])("%s is read exactly", (literal) =>
    expect(contracts(literal).refused).toEqual([]),
  );

  test.each([
    ["has more digits than a double keeps", "0.12345678901234567891"],
    ["is an integer that a double rounds", "9007199254740993"],
    ["is finer than a book counts", "0.0000001"],
    ["carries the noise of binary arithmetic", "0.30000000000000004"],
    ["is wider than a quantity", "140737488.355328"],
    ["is no number", '"12abc"'],
    ["overflows", "1e400"],
    ["is missing", "null"],
  ])("that %s is listed, not rounded", (_, literal) => {
    const { book, refused } = contracts(literal);
    expect(book.positions).toEqual([]);
    expect(refused).toHaveLength(1);
  });
});

describe("a table", () => {
  test("holds positions and balances, found by the usual names of columns", () => {
    const { book, refused } = bring([
      csv(
        "Symbol,Side,Size,Avg_Price",
        "BTC/USDT:USDT,buy,1,73050",
        "BTC-27MAR26-60000-P,sell,2.5,",
        "BTC,,0.75,",
        "USDC,,25000,",
      ),
    ]);
    expect(refused).toEqual([]);
    expect(model(book)).toEqual({
      cash: (25_000n - 73_050n) * 10n ** 12n,
      held: { BTC: 750_000n, "BTC-PERPETUAL": 1_000_000n, "BTC-27MAR26-60000-P": -2_500_000n },
    });
  });

  test("may name its columns as it likes when they are mapped", () => {
    const mapping = { instrument: "Contract", quantity: "Pos", entryPrice: "Cost" };
    const { book } = bring([csv("Contract,Pos,Cost,PnL", "ETH-PERP,-3,2148.5,12")], { mapping });
    expect(book.positions).toEqual([{ instrument: "ETH-PERPETUAL", quantity: "-3", entryPrice: "2148.5" }]);
  });

  test("counts inverse contracts in USD when it says so", () => {
    const { book } = bring([csv("instrument,usd,entry_price", "BTC-PERPETUAL,-73000,73000")]);
    expect(book).toMatchObject({ cash: "0", positions: [{ quantity: "-1", entryPrice: "73000" }] });
  });

  test.each([
    ["a quantity and USD", "BTC-PERPETUAL,,1,100,73000", "both a quantity"],
    ["no entry price of a perp", "BTC-PERPETUAL,,1,,", "needs an entry price"],
    ["a price of a balance", "BTC,,1,,73000", "without a price"],
    ["an unknown side", "BTC,up,1,,", "neither long nor short"],
    ["a side against the sign", "BTC-PERPETUAL,long,-1,,73000", "side is long"],
    ["an unknown symbol", "APPLES,,x,,", "is not a number"],
    ["an option in USD", "BTC-27MAR26-60000-P,,,100,", "counted in units"],
  ])("lists a row with %s", (_, row, reason) => {
    const { book, refused } = bring([csv("instrument,side,quantity,usd,entryPrice", row)]);
    expect(book.positions).toEqual([]);
    expect(refused).toEqual([
      { where: "table.csv: row 2", what: row.split(",")[0], reason: expect.stringContaining(reason) },
    ]);
  });

  test("is refused when a mapped column is not there", () => {
    expect(() => bring([csv("instrument,quantity", "BTC,1")], { mapping: { quantity: "Pos" } })).toThrow(
      expect.objectContaining({ code: "BAD_CSV", message: expect.stringContaining('"pos" is missing') }),
    );
  });
});

describe("a book of our own", () => {
  const own = {
    cash: "25000.00",
    positions: [
      { instrument: "BTC-PERPETUAL", quantity: "1", entryPrice: "73050" },
      { instrument: "BTC-27MAR26-60000-X", quantity: "1" },
      { instrument: "BTC", quantity: "-1" },
      { instrument: "BTC-PERPETUAL", quantity: "2", entryPrice: "73050" },
    ],
  };

  test("comes in as it is", () => {
    const good = { ...own, positions: own.positions.slice(0, 1) };
    expect(bring([json("book.json", good)])).toEqual({ book: good, refused: [], notes: [] });
  });

  test("keeps its good positions, and lists the others with the places they have in the file", () => {
    const { book, refused } = bring([json("book.json", own)]);
    expect(book.positions).toEqual(own.positions.slice(0, 1));
    expect(refused.map(({ where }) => where)).toEqual([1, 2, 3].map((i) => `book.json: positions[${i}]`));
    expect(refused[0]?.reason).toContain("positions[1].instrument: there is no instrument");
  });

  test("does not mix with dumps", () => {
    expect(() => bring([json("book.json", own), dump("ccxt-positions.json")])).toThrow(
      expect.objectContaining({ code: "BAD_IMPORT" }),
    );
  });
});

describe("any file", () => {
  test.each([
    ["an object of something else", { hello: 1 }],
    ["a list of something else", [1, 2]],
    ["an empty list", []],
  ])("that is %s is refused with what is known", (_, value) => {
    expect(() => bring([json("x.json", value)])).toThrow(expect.objectContaining({ code: "UNKNOWN_FORMAT" }));
  });

  test("gives the same book, or a refusal that is a TacitError, whatever is thrown at it", () => {
    const value = fc.oneof(
      fc.string(),
      fc.double(),
      fc.constant(null),
      fc.constantFrom("BTC-PERPETUAL", "BTC", "long", 1, "1"),
    );
    const item = fc.dictionary(
      fc.constantFrom(
        "symbol",
        "side",
        "contracts",
        "contractSize",
        "entryPrice",
        "markPrice",
        "instrument_name",
        "size",
        "info",
      ),
      value,
    );
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), (items) => {
        try {
          const { book, refused } = bring([json("x.json", items)]);
          expect(book.positions.length + refused.length).toBeLessThanOrEqual(items.length);
        } catch (error) {
          expect((error as { code?: string }).code).toBe("UNKNOWN_FORMAT");
        }
      }),
    );
  });
});
