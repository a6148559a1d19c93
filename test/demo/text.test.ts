import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { openNarrator } from "../../prover/demo/narrator.ts";
import { table, wrap } from "../../prover/demo/text.ts";

/** A stream that keeps what is written to it. */
function memory(terminal: boolean): { stream: NodeJS.WriteStream; written: () => string } {
  let text = "";
  const write = (chunk: string) => {
    text += chunk;
    return true;
  };
  const stream = { isTTY: terminal, columns: 100, hasColors: () => terminal, write };
  return { stream: stream as unknown as NodeJS.WriteStream, written: () => text };
}

it("aligns columns as told and leaves no blanks at the end", () => {
  const lines = table("lrl", [
    ["a", "1", ""],
    ["bb", "22", "x"],
  ]);
  expect(lines).toEqual(["a    1", "bb  22  x"]);
});

it("wraps words at the width, keeping every word whole", () => {
  expect(wrap(["aa", "bb", "cccccc", "d"], 5)).toEqual(["aa bb", "cccccc", "d"]);
  expect(wrap(["aa", "bb", "c", "d"], 5, ", ")).toEqual(["aa", "bb, c", "d"]);
});

it("puts a figure at the right margin, counting no colours", () => {
  for (const terminal of [false, true]) {
    const { stream, written } = memory(terminal);
    const say = openNarrator(stream);
    say.event(`it was ${say.paint("good", "accepted")}`, "1 gas");
    const plain = stripVTControlCharacters(written());
    expect(plain).toBe(`  it was accepted${" ".repeat(78)}1 gas\n`);
    expect(written() === plain).toBe(!terminal);
  }
});

it("shows slow work on a terminal only, and wipes it away", async () => {
  const terminal = memory(true);
  expect(await openNarrator(terminal.stream).work("proving", async () => 7)).toBe(7);
  expect(terminal.written()).toMatch(/proving \.\.\. 0\.0 s/);
  expect(terminal.written().endsWith("\r\u001b[2K")).toBe(true);

  const file = memory(false);
  expect(await openNarrator(file.stream).work("proving", async () => 7)).toBe(7);
  expect(file.written()).toBe("");
});

it("wipes the line of work that fails, and lets the failure through", async () => {
  const { stream, written } = memory(true);
  await expect(openNarrator(stream).work("proving", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(written().endsWith("\r\u001b[2K")).toBe(true);
});
