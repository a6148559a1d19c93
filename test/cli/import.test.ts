import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { json, put, putMarket, ROOT, tacit, temporary } from "./tacit.ts";

const folder = temporary();
const market = await putMarket(folder);
const dumps = join(ROOT, "test", "import", "dumps");
const deribit = ["--from", join(dumps, "deribit-positions.json"), join(dumps, "deribit-summaries.json")];

test("writes nothing while something cannot be imported, and says what and why", async () => {
  const out = join(folder, "none.json");
  const { code, stderr } = await tacit(["import", ...deribit, "--market", market, "--out", out]);
  expect(code).toBe(2);
  expect(stderr).toContain("4 entries are not imported");
  expect(stderr).toContain("the market does not list ETH-PERPETUAL");
  expect(existsSync(out)).toBe(false);
});

test("writes a book that the margin command takes", async () => {
  const out = join(folder, "book.json");
  const ended = await tacit(["import", ...deribit, "--market", market, "--out", out, "--partial", "--json"]);
  expect(ended.code).toBe(0);
  expect(json(ended)).toMatchObject({ out, book: JSON.parse(readFileSync(out, "utf8")) });
  const margin = await tacit(["margin", "--market", market, "--portfolio", out, "--json"]);
  expect(json(margin)).toMatchObject({ sets: { maintenance: { positions: { length: 3 } } } });
});

test("takes a table with mapped columns", async () => {
  const table = put(folder, "table.csv", "Contract,Pos\nBTC,0.5\n");
  const out = join(folder, "mapped.json");
  const flags = ["--column", "instrument=Contract", "quantity=Pos"];
  const { code } = await tacit(["import", "--from", table, "--market", market, ...flags, "--out", out]);
  expect(code).toBe(0);
  expect(JSON.parse(readFileSync(out, "utf8"))).toEqual({
    version: 1,
    cash: "0",
    positions: [{ instrument: "BTC", quantity: "0.5" }],
  });
});

test.each([
  [["--column", "size=Pos"], "there is no"],
  [["--column", "quantity="], "is not of the form"],
  [["--totals", "some"], "There are wallet, equity"],
  [["--format", "xml"], "There are tacit, deribit, ccxt, csv"],
])("refuses %j", async (flags, message) => {
  const table = put(folder, "table.csv", "instrument,quantity\nBTC,0.5\n");
  const out = join(folder, "refused.json");
  const { code, stderr } = await tacit(["import", "--from", table, "--market", market, ...flags, "--out", out]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
