import { describe, expect, it } from "vitest";
import { columns, megabytes, printable } from "../../prover/cli/text.ts";

describe("printed text", () => {
  it("keeps words, lines and colours", () => {
    const text = "\u001b[31mré d\u001b[39m\nsecond line 日本\n";
    expect(printable(text)).toBe(text);
  });

  it.each([
    ["clears the screen", "\u001b[2J", "\\u001b[2J"],
    ["sets a title", "\u001b]0;x\u0007", "\\u001b]0;x\\u0007"],
    ["returns over the line", "covered\rNOT", "covered\\u000dNOT"],
    ["uses 8-bit controls", "\u009b2J", "\\u009b2J"],
    ["reorders what is read", "\u202e1", "\\u202e1"],
  ])("disarms what %s", (_, text, shown) => expect(printable(text)).toBe(shown));

  it("leaves JSON what it was", () => {
    const value = { venue: "\u001b[2J\u009b\u202e\u2028\u007f" };
    const text = printable(JSON.stringify(value));
    expect(text).not.toMatch(/[\u007f-\u009f\u2028-\u202e]/);
    expect(JSON.parse(text)).toEqual(value);
  });

  it("aligns columns and pads no line's end", () => {
    expect(
      columns([
        ["a", "b", "c"],
        ["long", "", ""],
      ]),
    ).toEqual(["  a     b  c", "  long"]);
  });

  it("counts bytes in megabytes", () => expect(megabytes(27_876_076)).toBe("27.9 MB"));
});
