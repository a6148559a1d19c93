import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseJson, quote } from "../../prover/units/json.ts";

const anything = z.unknown();
const schema = z.strictObject({ cash: z.string(), rows: z.array(z.strictObject({ q: z.string() })).optional() });

describe("JSON files", () => {
  test("are read as JSON.parse reads them", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        expect(parseJson(text, "f", anything)).toEqual(JSON.parse(text));
      }),
    );
  });

  test("are refused when JSON.parse refuses them", () => {
    const broken = fc.tuple(fc.json(), fc.nat(), fc.constantFrom("", "}", ",", "'", "\\", "\u0001", "NaN"));
    fc.assert(
      fc.property(broken, ([text, at, junk]) => {
        const place = at % (text.length + 1);
        const cut = text.slice(0, place) + junk + text.slice(place + 1);
        let valid = true;
        try {
          JSON.parse(cut);
        } catch {
          valid = false;
        }
        if (valid) return;
        expect(() => parseJson(cut, "f", anything)).toThrow(expect.objectContaining({ code: "BAD_JSON" }));
      }),
    );
  });

  test.each([
    ["", "f.json: line 1, column 1: the text ends where a value is expected"],
    ['{\n  "cash": x\n}', 'f.json: line 2, column 11: "x\\n}" is not JSON'],
    ['{"cash": "1"', "f.json: line 1, column 13: the text ends where , or } is expected"],
    ['{"cash": "1",}', 'f.json: line 1, column 14: "}" stands where a name is expected'],
    ['{"cash": NaN}', 'f.json: line 1, column 10: "NaN}" is not JSON'],
    ['{"cash": "1"} {}', 'f.json: line 1, column 15: "{" follows the end'],
    ['{"cash": "1",\n "cash": "2"}', 'f.json: line 2, column 2: the name "cash" is given twice'],
    ['{"cash": "1", "c\\u0061sh": "2"}', 'the name "cash" is given twice'],
    ['{,"a":1}', 'column 2: "," stands where a name or } is expected'],
    ["[,1]", 'column 2: "," stands where a value or ] is expected'],
    ['{"a",1}', 'column 5: "," stands where a colon is expected'],
    ["[1 2]", 'column 4: "2" stands where , or ] is expected'],
    ["{1:2}", 'column 2: "1" stands where a name or } is expected'],
    ["[".repeat(100_000), "line 1, column 65: brackets are nested more than 64 deep"],
  ])("name line and column of what is wrong with %j", (text, message) => {
    expect(() => parseJson(text, "f.json", anything)).toThrow(message);
  });

  test("may hold a string of millions of escapes without exhausting the stack", () => {
    const escapes = "\\n".repeat(10_000_000);
    expect(() => parseJson(`{"a":"${escapes}`, "f.json", anything)).toThrow("is not JSON");
    expect(parseJson(`"${escapes}"`, "f.json", anything)).toHaveLength(10_000_000);
  });

  test("may begin with a byte order mark", () => {
    expect(parseJson('\ufeff{"cash":"1"}', "f", schema)).toEqual({ cash: "1" });
  });

  test.each([
    ["{}", "f.json: cash is missing"],
    ["[]", "f.json: the file must be an object, not an array"],
    ["null", "f.json: the file must be an object, not null"],
    ['{"cash":null}', "f.json: cash must be a string, not null"],
    ['{"cash":"1","rows":[{"q":"1"},{"q":true}]}', "f.json: rows[1].q must be a string, not a boolean"],
    ['{"cash":"1","cush":"2"}', 'f.json: the file has the unknown field "cush"'],
    ['{"cash":"1","__proto__":{"cash":"2"}}', 'f.json: the file has the unknown field "__proto__"'],
    ['{"cash":"1","rows":[{"q":"1","constructor":"2"}]}', 'f.json: rows[0] has the unknown field "constructor"'],
    ['{"__proto__":{"cash":"2"}}', "f.json: cash is missing"],
  ])("name the field of %s", (text, message) => {
    expect(() => parseJson(text, "f.json", schema)).toThrow(message);
  });

  test.each([
    ["2.5", "2.5"],
    ["-3", "-3"],
    ["1e400", "2.5"],
    ["1e-9", "2.5"],
  ])("ask for quotes around the bare number %s", (number, example) => {
    expect(() => parseJson(`{"cash":${number}}`, "f.json", schema)).toThrow(
      expect.objectContaining({
        message: "f.json: cash must be a string, not a number",
        hint: `Numbers are exact decimal strings: write "${example}" in quotes.`,
      }),
    );
  });

  test("cannot make an error command a terminal", () => {
    const shown = quote("\u001b[2J\u009b1m\u202e\n");
    expect([...shown].every((mark) => mark >= " " && mark <= "~")).toBe(true);
  });
});
