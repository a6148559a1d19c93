import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { closesBefore, readCandles } from "../../prover/market/candles.ts";

const candles = (text: string) => readCandles(new TextEncoder().encode(text), "c.csv");
const at = (text: string) => Date.parse(text) / 1000;
const FOUR_DAYS = candles("timestamp,close\n2026-02-01,1\n2026-02-02,2\n2026-02-03,3\n2026-02-04,4\n");

describe("readCandles", () => {
  it("takes the date formats and the column names in use", () => {
    const close = { firstDay: at("2020-09-14T00:00:00Z"), closes: [3.2661, 2.9332] };
    expect(candles("timestamp,open,close\n2020-09-14,3.2,3.2661\n2020-09-15,3.3,2.93320000\n")).toEqual(close);
    expect(candles("Date,Close\n2020-09-14 00:00:00+00:00,3.2661\n2020-09-15 00:00:00+00:00,2.9332\n")).toEqual(close);
    expect(candles("DATE,CLOSE\n2020-09-14T00:00:00Z,3.2661\n2020-09-15T00:00:00.000Z,2.9332\n")).toEqual(close);
  });

  it.each([
    [
      "an hourly candle",
      "2026-02-01 08:00:00,1",
      'row 2, timestamp: "2026-02-01 08:00:00" is not the start of a UTC day',
    ],
    ["a gap", "2026-02-01,1\n2026-02-03,1", "row 3, timestamp: 2026-02-02 is missing before 2026-02-03"],
    ["a day twice", "2026-02-01,1\n2026-02-01,1", "row 3, timestamp: 2026-02-01 does not follow the day before it"],
    ["descending days", "2026-02-02,1\n2026-02-01,1", "row 3, timestamp: 2026-02-01 does not follow the day before it"],
    ["a date that no calendar has", "2026-02-30,1", 'row 2, timestamp: "2026-02-30" is not a date'],
    ["another zone", "2026-02-01 00:00:00+09:00,1", "row 2, timestamp:"],
    ["a close of zero", "2026-02-01,0", "row 2, close: 0 is not a price"],
    ["a negative close", "2026-02-01,1\n2026-02-02,-5", "row 3, close: -5 is not a price"],
    ["a close that is not a number", "2026-02-01,NaN", 'row 2, close: "NaN" is not a finite number'],
    ["a blank close", "2026-02-01,", "row 2, close: the value is blank"],
    ["a file without candles", "", "the file has no candles"],
  ])("refuses %s", (_, rows, message) => {
    expect(() => candles(`timestamp,close\n${rows}`)).toThrow(
      expect.objectContaining({ code: "BAD_CSV", message: expect.stringContaining(message) }),
    );
  });
});

describe("closesBefore", () => {
  it("never looks at the epoch's own day or a later one", () => {
    expect(closesBefore(FOUR_DAYS, "c.csv", at("2026-02-04T00:00:00Z"), 9)).toEqual([1, 2, 3]);
    expect(closesBefore(FOUR_DAYS, "c.csv", at("2026-02-04T23:59:59Z"), 9)).toEqual([1, 2, 3]);
    expect(closesBefore(FOUR_DAYS, "c.csv", at("2026-02-03T23:59:59Z"), 9)).toEqual([1, 2]);
    expect(closesBefore(FOUR_DAYS, "c.csv", at("2026-02-05T00:00:00Z"), 9)).toEqual([1, 2, 3, 4]);
  });

  it("keeps the newest", () => {
    expect(closesBefore(FOUR_DAYS, "c.csv", at("2026-02-04T12:00:00Z"), 2)).toEqual([2, 3]);
  });

  it.each(["2026-02-06T00:00:00Z", "2027-01-01T00:00:00Z", "2026-02-01T12:00:00Z", "2025-01-01T00:00:00Z"])(
    "refuses an epoch of %s, whose yesterday is not in the file",
    (epoch) => {
      expect(() => closesBefore(FOUR_DAYS, "c.csv", at(epoch), 9)).toThrow(
        expect.objectContaining({ code: "STALE_HISTORY" }),
      );
    },
  );

  it("gives yesterday's close of the shipped candles at both epochs", () => {
    const btc = readCandles(readFileSync(new URL("../../data/binance-btcusdt-daily.csv", import.meta.url)), "btc");
    expect(closesBefore(btc, "btc", 1770240788, 2)).toEqual([78738.61, 75770.21]);
    expect(closesBefore(btc, "btc", 1770326977, 2)).toEqual([75770.21, 73165.83]);
  });
});
