import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseBook } from "../../prover/account/book.ts";
import { explainInMarket } from "../../prover/explain/inMarket.ts";
import { parseMarketFile } from "../../prover/market/file.ts";
import { openMarket } from "../../prover/market/read.ts";
import { Coverage } from "../../prover/units/units.ts";
import { book, put, putMarket, ROOT, temporary } from "../cli/tacit.ts";

const folder = temporary();
const market = await putMarket(folder);
const positions = put(folder, "book.json", book("25000"));

/** Runs an example as its first line says. */
function run(name: string, ...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(ROOT, "examples", name), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => (said[stream] += text));
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve(said) : reject(new Error(said.stderr))));
  });
}

test("the example of a margin prints what the library computes", async () => {
  const bytes = await readFile(market);
  const raw = parseMarketFile(bytes, "market");
  const open = await openMarket(raw, bytes, "market");
  const portfolio = parseBook(await readFile(positions, "utf8"), "book", open.instruments);
  const e = explainInMarket({ market: open, raw }, "maintenance", portfolio, Coverage.parse("1", "coverage"));
  const { stdout } = await run("margin.ts", market, positions);
  expect(stdout).toContain(`required ${e.required} of an equity of ${e.equity} USD, isolated ${e.isolated}`);
  expect(stdout.trim().split("\n")).toHaveLength(1 + e.positions.length);
});

test("the example of an import prints a book, and what it could not import", async () => {
  const dumps = ["deribit-positions.json", "deribit-summaries.json"].map((name) =>
    join(ROOT, "test", "import", "dumps", name),
  );
  const { stdout, stderr } = await run("import.ts", market, ...dumps);
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, positions: { length: 3 } });
  expect(stderr).toContain("not imported:");
});

test("the example of a proof proves, verifies, and ends by itself", async () => {
  const { stdout } = await run("prove.ts", market, positions);
  expect(JSON.parse(stdout)).toEqual({ valid: true, healthy: true });
});

test("the example of an attestation proves its claims, verifies, and ends by itself", async () => {
  const { stdout } = await run("attest.ts", market, positions);
  expect(stdout).toBe("equity is at least 10000 USD\nthe net delta of BTC is between -200000 and 200000 USD\n");
});
