import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { book, json, put, putMarket, ROOT, tacit, temporary } from "./tacit.ts";

interface Vector {
  readonly name: string;
  readonly rows: unknown;
  readonly book: unknown;
  readonly expect: Readonly<Record<string, unknown>> & { readonly healthy: boolean };
}

const vectors = JSON.parse(readFileSync(join(ROOT, "test/vectors/requirement.json"), "utf8")) as Vector[];
const folder = temporary();

describe("tacit margin --rows", () => {
  it("is tried on all twelve vectors", () => expect(vectors).toHaveLength(12));

  it.each(vectors.map((vector, i) => [vector.name, vector, i] as const))("answers %s exactly", async (_, vector, i) => {
    const rows = put(folder, `rows-${i}.json`, vector.rows);
    const portfolio = put(folder, `book-${i}.json`, vector.book);
    const ended = await tacit(["margin", "--rows", rows, "--portfolio", portfolio, "--json"]);
    const { marginRatio, worstScenario, ...figures } = json(ended);
    expect(figures).toEqual(vector.expect);
    expect(ended.code).toBe(vector.expect.healthy ? 0 : 3);
    expect(marginRatio === null || typeof marginRatio === "string").toBe(true);
    expect(worstScenario === null || typeof worstScenario === "string").toBe(true);
  });

  it("takes the coverage of the flag before that of the file", async () => {
    const [vector] = vectors;
    const rows = put(folder, "rows.json", vector?.rows);
    const portfolio = put(folder, "book.json", vector?.book);
    const flags = ["margin", "--rows", rows, "--portfolio", portfolio, "--json"];
    expect((await tacit([...flags, "--coverage", "1.0"])).code).toBe(0);
    expect((await tacit([...flags, "--coverage", "1.0001"])).code).toBe(3);
  });

  it("refuses a set, of which rows have one", async () => {
    const ended = await tacit(["margin", "--rows", "r", "--portfolio", "b", "--set", "initial"]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("explicit rows are one set");
  });
});

describe("tacit margin --market", () => {
  let market = "";
  beforeAll(async () => {
    market = await putMarket(folder);
  });
  const margin = (cash: string, ...flags: string[]) =>
    tacit(["margin", "--market", market, "--portfolio", put(folder, `${cash}.json`, book(cash)), ...flags]);

  it("notes that a book of more than 32 positions is more than one proof covers", async () => {
    const instruments = (JSON.parse(readFileSync(market, "utf8")) as { instruments: { name: string; kind: string }[] })
      .instruments;
    const options = instruments.filter(({ kind }) => kind === "option").map(({ name }) => name);
    const noted = async (count: number) => {
      const positions = options.slice(0, count).map((instrument) => ({ instrument, quantity: "0.1" }));
      const portfolio = put(folder, `${count}.json`, { cash: "1000000", positions });
      const { code, stderr } = await tacit(["margin", "--market", market, "--portfolio", portfolio]);
      expect(code).toBe(0);
      return stderr.includes("33 positions are more than the 32 of an account");
    };
    expect([await noted(32), await noted(33)]).toEqual([false, true]);
  });

  const FIGURES = ["equity", "required", "scan", "floor", "charge", "concentration"] as const;

  it("answers both sets in exact decimal strings", async () => {
    const ended = await margin("25000", "--json");
    expect(ended.code).toBe(0);
    const { sets } = json(ended) as { sets: Record<string, Record<string, unknown>> };
    expect(Object.keys(sets)).toEqual(["maintenance", "initial"]);
    for (const set of Object.values(sets)) {
      for (const figure of FIGURES) expect(set[figure]).toMatch(/^-?\d+(\.\d+)?$/);
      expect(set).toMatchObject({ healthy: true, marginRatio: expect.any(String), worstScenario: expect.any(String) });
      expect(set.positions).toHaveLength(3);
      expect(set.greeks).toHaveLength(1);
      expect(set.liquidation).toMatchObject([{ underlying: "BTC" }]);
    }
    expect(Number(sets.initial?.required)).toBeGreaterThan(Number(sets.maintenance?.required));
  });

  it("judges by maintenance, unless one set is asked for", async () => {
    const { sets } = json(await margin("0", "--json")) as { sets: Record<string, Record<string, string>> };
    // Cash that lies between the two requirements.
    const [low, high] = [sets.maintenance, sets.initial].map((set) => Number(set?.required) - Number(set?.equity));
    const cash = (((low ?? 0) + (high ?? 0)) / 2).toFixed(6);
    const both = await margin(cash, "--json");
    expect(json(both)).toMatchObject({ sets: { maintenance: { healthy: true }, initial: { healthy: false } } });
    expect(both.code).toBe(0);
    const initial = await margin(cash, "--json", "--set", "initial");
    expect(Object.keys(json(initial).sets as object)).toEqual(["initial"]);
    expect(initial.code).toBe(3);
    expect((await margin(cash, "--coverage", "1.5")).code).toBe(3);
  });

  it("explains in words without --json", async () => {
    const { stdout } = await margin("25000", "--set", "maintenance");
    expect(stdout).toMatch(/maintenance requirement: covered at 1x[\s\S]*distance to liquidation/);
  });

  it("gives an account that holds nothing a null ratio", async () => {
    const nothing = put(folder, "nothing.json", { cash: "0", positions: [] });
    const ended = await tacit(["margin", "--market", market, "--portfolio", nothing, "--json"]);
    expect(ended.code).toBe(0);
    expect(json(ended)).toMatchObject({
      sets: { initial: { equity: "0", required: "0", marginRatio: null, healthy: true, worstScenario: null } },
    });
  });

  it.each<[what: string, change: object, message: string]>([
    [
      "an unknown instrument",
      { positions: [{ instrument: "BTC-27MAR26-60000P", quantity: "1" }] },
      "BTC-27MAR26-60000-P",
    ],
    ["an unknown field", { leverage: "3" }, 'unknown field "leverage"'],
    ["a perp without entry price", { positions: [{ instrument: "BTC-PERPETUAL", quantity: "1" }] }, "entryPrice"],
  ])("refuses a book with %s", async (what, change, message) => {
    const portfolio = put(folder, `${what}.json`, { ...book("1"), ...change });
    const { code, stderr } = await tacit(["margin", "--market", market, "--portfolio", portfolio]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
