import { describe, expect, it } from "vitest";
import { type CsvRecord, readCsv, readNumber, readPrice } from "../../prover/market/csv.ts";

const read = (text: string | Uint8Array, columns: readonly (readonly string[])[] = [["a"], ["b", "c"]]) =>
  readCsv(typeof text === "string" ? new TextEncoder().encode(text) : text, "f.csv", columns);
const table = (text: string) => read(text).map((record) => [record.row, record.get("a"), record.get("b")]);
const only = (text: string): CsvRecord => {
  const [record] = read(text);
  if (record === undefined) throw new Error("the text has no record");
  return record;
};

describe("readCsv", () => {
  it("finds columns by name, in any order and case, and ignores the others", () => {
    expect(table("x,C,a\n0,2,1\n0,4,3\n")).toEqual([
      [2, "1", "2"],
      [3, "3", "4"],
    ]);
  });

  it("accepts a byte order mark, CRLF, no line end at the end, and blank lines at the end", () => {
    expect(table("\ufeffa,b\r\n1,2\r\n3,")).toEqual([
      [2, "1", "2"],
      [3, "3", ""],
    ]);
    expect(table("a,b\n1,2\n\n\r\n")).toEqual([[2, "1", "2"]]);
  });

  it("reads quoted fields with commas, quotes and line ends, and counts the lines of the file", () => {
    expect(table('a,b\n"1,""x""\ny",2\n3,4')).toEqual([
      [2, '1,"x"\ny', "2"],
      [4, "3", "4"],
    ]);
  });

  it.each([
    ["an empty file", "", "f.csv: the file is empty"],
    ["a file of line ends", "\n\n", "f.csv: the file is empty"],
    ["a missing column", "a\n1", 'row 1: the column "b" or "c" is missing'],
    ["a column that appears twice", "a,b,A\n1,2,3", 'row 1: the column "a" appears 2 times'],
    ["a short record", "a,b\n1,2\n3", "row 3 has 1 fields, the header has 2"],
    ["a long record", "a,b\n1,2,3", "row 2 has 3 fields, the header has 2"],
    ["a blank line between records", "a,b\n1,2\n\n3,4", "row 3 is blank"],
    ["a quote inside a plain field", 'a,b\n1"2,3', "row 2: a quote or a line end is out of place"],
    ["a quoted field that never ends", 'a,b\n1,2\n"3,4', "row 3: a quote or a line end is out of place"],
    ["a huge field", `a,b\n1,${"9".repeat(20_000_000)}`, "row 2: a field has 20000000 characters"],
    ["a huge quoted field", `a,b\n1,"${"9".repeat(20_000_000)}"`, "row 2: a field has 20000000 characters"],
    ["bytes that are not UTF-8", Uint8Array.of(0x1f, 0x8b, 0x08, 0xff, 0xfe), "f.csv: this is not UTF-8 text"],
    ["text with zero bytes", "a,b\n\0,1", "f.csv: this is not text"],
  ])("refuses %s", (_, text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: "BAD_CSV", message: expect.stringContaining(message) }),
    );
  });
});

describe("a number", () => {
  it("may be negative and have an exponent", () => {
    expect(readNumber(only("a,b\n-1.7e-07,2"), "a")).toBe(-1.7e-7);
  });

  it.each(["", "NaN", "Infinity", "1e999", "0x10", "1,000".replace(",", "_"), " 1", "1.", "+1", "--1", "١"])(
    "is refused as %j, with file, row and column",
    (text) => {
      expect(() => readNumber(only(`a,b\n${text},2`), "a")).toThrow(/^f\.csv: row 2, a: /);
    },
  );

  it.each(["0", "-1", "0.0000009", "100000001"])("is refused as the price %s", (text) => {
    expect(() => readPrice(only(`a,b\n1,${text}`), "b")).toThrow(`f.csv: row 2, b: ${text} is not a price`);
  });
});
