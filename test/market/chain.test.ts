import { describe, expect, it } from "vitest";
import { readDeribitChain } from "../../prover/market/deribit/chain.ts";
import { formatName, parseName } from "../../prover/market/deribit/names.ts";
import { cells, DAY_ONE, DAY_TWO, edit, editRows } from "./samples.ts";

const read = (bytes: Uint8Array) => readDeribitChain(bytes, "chain.csv", ["BTC", "ETH"]);
const utf8 = (text: string) => new TextEncoder().encode(text);
const one = read(DAY_ONE);
const two = read(DAY_TWO);

describe("the chain of 2026-02-04", () => {
  it("has every option of both currencies, a future per expiry, a perpetual and a coin each", () => {
    const counts: Record<string, number> = {};
    for (const { kind, underlying } of one.instruments) {
      counts[`${underlying} ${kind}`] = (counts[`${underlying} ${kind}`] ?? 0) + 1;
    }
    expect(counts).toEqual({
      "BTC spot": 1,
      "BTC perp": 1,
      "BTC future": 12,
      "BTC option": 804,
      "ETH spot": 1,
      "ETH perp": 1,
      "ETH future": 12,
      "ETH option": 884,
    });
    expect(new Set(one.instruments.map(({ name }) => name)).size).toBe(1716);
  });

  it("is of the snapshot's whole second", () => {
    expect(one.timestamp).toBe(Date.parse("2026-02-04T21:33:08Z") / 1000);
  });

  it("takes the median of each currency's index", () => {
    expect(one.index).toEqual({ BTC: 73104.95, ETH: 2139.73 });
    expect(one.instruments.find(({ name }) => name === "ETH-PERPETUAL")?.forward).toBe(2139.73);
  });

  it("gives the future and every option of an expiry the median forward", () => {
    const march = one.instruments.filter(({ name }) => name.startsWith("BTC-27MAR26"));
    expect(march).toHaveLength(115);
    expect(new Set(march.map(({ forward }) => forward))).toEqual(new Set([73488.82]));
    // Half of this expiry's 52 rows carry one forward; the outliers are 0.04% away.
    expect(one.instruments.find(({ name }) => name === "ETH-5FEB26")?.forward).toBe(2139.147214);
  });

  it("reads an option's terms", () => {
    expect(one.instruments.find(({ name }) => name === "BTC-24APR26-65000-P")).toEqual({
      name: "BTC-24APR26-65000-P",
      kind: "option",
      underlying: "BTC",
      expiry: Date.parse("2026-04-24T08:00:00Z") / 1000,
      strike: 65000,
      optionType: "put",
      forward: 73751.767692,
      volatility: 0.521,
    });
  });

  it("comes out the same whatever the order of rows and columns, with further columns and Windows line ends", () => {
    const columns = Object.keys(cells(DAY_ONE, 1)).reverse();
    const lines = Array.from({ length: 1688 }, (_, i) => cells(DAY_ONE, 1689 - i));
    const rows = lines.map((line) => [...columns.map((column) => line[column]), "0.5"].join(","));
    expect(read(utf8(`\ufeff${[[...columns, "delta"].join(","), ...rows].join("\r\n")}\r\n`))).toEqual(one);
  });
});

it("lacks 90 options on the next day, all of them expired, and lists 242 new ones", () => {
  const options = (chain: typeof one) => chain.instruments.filter(({ kind }) => kind === "option");
  const names = [one, two].map((chain) => new Set(options(chain).map(({ name }) => name)));
  const gone = options(one).filter(({ name }) => !names[1]?.has(name));
  expect(gone).toHaveLength(90);
  expect(gone.every(({ expiry = Number.POSITIVE_INFINITY }) => expiry < two.timestamp)).toBe(true);
  expect(options(two).filter(({ name }) => !names[0]?.has(name))).toHaveLength(242);
});

describe("a bad row", () => {
  // Row 2 is BTC-24APR26-65000-P.
  it.each([
    ["a negative forward", { futures_price: "-73751.7" }, "futures_price: -73751.7 is not a price"],
    ["a zero forward", { futures_price: "0" }, "futures_price: 0 is not a price"],
    [
      "a forward far from its expiry's",
      { futures_price: "70000" },
      "futures_price: 70000 is more than 1% from 73751.767692",
    ],
    ["a negative index", { index_price: "-1" }, "index_price: -1 is not a price"],
    ["an index far from the others", { index_price: "60000" }, "index_price: 60000 is more than 3% from 73104.95"],
    ["a negative mark", { mark_price: "-0.01" }, "mark_price: -0.01 is negative"],
    ["an absent mark", { mark_price: "" }, "mark_price: the value is blank"],
    ["a mark that is not a number", { mark_price: "NaN" }, 'mark_price: "NaN" is not a finite number'],
    ["an infinite bid", { bid_price: "Infinity" }, 'bid_price: "Infinity" is not a finite number'],
    ["a negative bid", { bid_price: "-0.01" }, "bid_price: -0.01 is negative"],
    ["a crossed quote", { bid_price: "0.05", ask_price: "0.04" }, "bid_price: the bid 0.05 is above the ask 0.04"],
    ["an absent volatility", { implied_volatility: "" }, "implied_volatility: the value is blank"],
    ["a volatility of zero", { implied_volatility: "0" }, "implied_volatility: 0 is out of range"],
    ["a volatility in percent", { implied_volatility: "52.1" }, "implied_volatility: 52.1 is out of range"],
    ["a volatility that is not a number", { implied_volatility: "nan" }, 'implied_volatility: "nan" is not a finite'],
    ["an unknown underlying", { instrument_name: "DOGE-24APR26-65000-P" }, "instrument_name: unknown underlying DOGE"],
    [
      "a name that is no option's",
      { instrument_name: "BTC-24APR26" },
      'instrument_name: "BTC-24APR26" is not an option',
    ],
    ["a name of no calendar", { instrument_name: "BTC-31APR26-65000-P" }, "instrument_name:"],
    ["another currency", { currency: "ETH" }, 'currency: "ETH" is not BTC-24APR26-65000-P\'s BTC'],
    ["another type", { option_type: "call" }, 'option_type: "call" is not BTC-24APR26-65000-P\'s put'],
    ["another strike", { strike: "66000" }, "strike: 66000 is not BTC-24APR26-65000-P's 65000"],
    ["a negative strike", { strike: "-65000" }, "strike: -65000 is not a price"],
    ["another expiry", { expiry_datetime: "2026-04-25T08:00:00+00:00" }, "expiry_datetime:"],
    ["another hour of expiry", { expiry_datetime: "2026-04-24T09:00:00+00:00" }, "expiry_datetime:"],
    ["a time without a zone", { timestamp: "2026-02-04T21:33:08" }, "timestamp:"],
    ["no time", { timestamp: "" }, 'timestamp: "" is not a UTC time'],
    [
      "a stale time",
      { timestamp: "2026-02-04T21:28:08+00:00" },
      "timestamp: the row is stale: 300 seconds older than the newest, row ",
    ],
    [
      "an expired option",
      { timestamp: "2026-04-24T08:00:00+00:00" },
      "expiry_datetime: the option expired at or before",
    ],
  ])("is refused with file, row and field: %s", (_, change, message) => {
    expect(() => read(edit(DAY_ONE, 2, change))).toThrow(
      expect.objectContaining({ code: "BAD_CSV", message: expect.stringContaining(`chain.csv: row 2, ${message}`) }),
    );
  });

  it("is refused when it lists an option again, in whatever spelling", () => {
    const again = { ...cells(DAY_ONE, 2), instrument_name: "BTC-24APR26-065000-P" };
    expect(() => read(edit(DAY_ONE, 9, again))).toThrow(
      "chain.csv: row 9, instrument_name: BTC-24APR26-65000-P already stands in row 2",
    );
  });

  it("is refused when it expires at the snapshot's very second", () => {
    const due = editRows(DAY_ONE, (rows) => rows.map((row) => row.replace(/^[^,]+/, "2026-02-05T08:00:00+00:00")));
    expect(() => read(due)).toThrow(/row \d+, expiry_datetime: the option expired at or before/);
  });
});

describe("a good row", () => {
  it.each([
    ["blank quotes", { bid_price: "", ask_price: "" }],
    ["a locked quote", { bid_price: "0.043", ask_price: "0.043" }],
    ["a bid of zero, which nobody bids", { bid_price: "0" }],
    ["a mark of zero, far out of the money", { mark_price: "0.0" }],
    ["a time within five minutes of the newest", { timestamp: "2026-02-04T21:28:08.476844+00:00" }],
  ])("may have %s", (_, change) => {
    expect(read(edit(DAY_ONE, 2, change))).toEqual(one);
  });
});

describe("a bad file", () => {
  it.each([
    [
      "without a column",
      utf8(new TextDecoder().decode(DAY_ONE).replace("implied_volatility", "iv")),
      'row 1: the column "implied_volatility" is missing',
    ],
    ["of candles", utf8("timestamp,close\n2026-02-04,1\n"), 'row 1: the column "instrument_name" is missing'],
    ["with a header only", editRows(DAY_ONE, () => []), "the file has no instruments"],
    ["that is empty", utf8(""), "the file is empty"],
    ["cut off within a row", DAY_ONE.slice(0, 1000), "fields, the header has 12"],
  ])("is refused: one %s", (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(
      expect.objectContaining({ code: "BAD_CSV", message: expect.stringContaining(message) }),
    );
  });
});

describe("an instrument's name", () => {
  it.each([
    ["BTC", { kind: "spot", underlying: "BTC" }],
    ["BTC-PERPETUAL", { kind: "perp", underlying: "BTC" }],
    ["ETH-5FEB26", { kind: "future", underlying: "ETH", expiry: Date.parse("2026-02-05T08:00:00Z") / 1000 }],
    [
      "XRP-27MAR26-2d5-C",
      {
        kind: "option",
        underlying: "XRP",
        expiry: Date.parse("2026-03-27T08:00:00Z") / 1000,
        strike: 2.5,
        optionType: "call",
      },
    ],
  ])("is read and written: %s", (name, parsed) => {
    const read = parseName(name);
    expect(read).toEqual(parsed);
    expect(read && formatName(read)).toBe(name);
  });

  it.each([
    ["ETH-05FEB26", "ETH-5FEB26"],
    ["XRP-27MAR26-2.50-C", "XRP-27MAR26-2d5-C"],
    ["BTC-27MAR26-060000-P", "BTC-27MAR26-60000-P"],
  ])("has one spelling: %s is %s", (text, name) => {
    const read = parseName(text);
    expect(read && formatName(read)).toBe(name);
  });

  it.each([
    "",
    "btc",
    "BTC-",
    "BTC-27MAR26-60000",
    "BTC-27MAR26-60000-X",
    "BTC-0FEB26",
    "BTC-27XXX26",
    "BTC-27MAR26-1e5-C",
  ])("is not %j", (text) => expect(parseName(text)).toBeUndefined());
});
