import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { greeks, price } from "../../prover/pricing/black76.ts";

type Line = Readonly<Record<string, string>>;

/** Plain comma-separated text without quotes, which the shipped extracts are. */
function readLines(file: string): Line[] {
  const text = readFileSync(new URL(`../../data/${file}`, import.meta.url), "utf8");
  const [header = "", ...lines] = text.trim().split(/\r?\n/);
  const columns = header.split(",");
  return lines.map((line) => {
    const fields = line.split(",");
    return Object.fromEntries(columns.map((column, i) => [column, fields[i] ?? ""]));
  });
}

const number = (line: Line, column: string) => {
  const value = Number.parseFloat(line[column] ?? "");
  if (!Number.isFinite(value)) throw new Error(`${line.instrument_name}: ${column} is not a number`);
  return value;
};
const type = (line: Line) => (line.option_type === "call" ? "call" : "put");
const YEAR = 365 * 86_400_000;

describe.each([
  ["deribit-2026-02-04.csv", 1688],
  ["deribit-2026-02-05.csv", 1840],
])("marks of %s", (file, count) => {
  const lines = readLines(file);
  const errors = lines.map((line) => {
    const forward = number(line, "futures_price");
    const usd = price({
      forward,
      strike: number(line, "strike"),
      years: (Date.parse(line.expiry_datetime ?? "") - Date.parse(line.timestamp ?? "")) / YEAR,
      volatility: number(line, "implied_volatility"),
      type: type(line),
    });
    return {
      onForward: Math.abs(usd / forward - number(line, "mark_price")),
      onIndex: Math.abs(usd / number(line, "index_price") - number(line, "mark_price")),
    };
  });
  const sorted = (pick: "onForward" | "onIndex") => errors.map((error) => error[pick]).sort((a, b) => a - b);
  const quantile = (values: number[], q: number) => values[Math.ceil(q * values.length) - 1] ?? Number.NaN;

  it("are Black-76 on each row's own forward, no row excluded", () => {
    expect(lines).toHaveLength(count);
    expect(quantile(sorted("onForward"), 0.5)).toBeLessThan(5e-5);
    expect(quantile(sorted("onForward"), 0.99)).toBeLessThan(1.2e-3);
    expect(quantile(sorted("onForward"), 1)).toBeLessThan(2.2e-3);
  });

  it("are in coin per forward: per index they miss by a hundred times as much", () => {
    expect(quantile(sorted("onIndex"), 0.99)).toBeGreaterThan(0.08);
  });
});

describe("greeks of deribit-greeks-2020-05-21.csv", () => {
  const rows = readLines("deribit-greeks-2020-05-21.csv").map((line) => {
    const years = (number(line, "expiration_timestamp") - number(line, "timestamp")) / YEAR;
    const ours = greeks({
      forward: number(line, "underlying_price"),
      strike: number(line, "strike"),
      years,
      volatility: number(line, "mark_iv") / 100,
      type: type(line),
    });
    return { line, days: years * 365, ours };
  });
  const worst = (greek: "delta" | "gamma" | "vega" | "theta", kept = rows) =>
    Math.max(...kept.map(({ line, ours }) => Math.abs(ours[greek] - number(line, greek))));

  it("are ours on all 326 rows", () => {
    expect(rows).toHaveLength(326);
    expect(worst("delta")).toBeLessThan(5e-4);
    expect(worst("gamma")).toBeLessThan(1e-5);
    expect(worst("vega")).toBeLessThan(0.005);
  });

  it("have a theta that is ours over a day from expiry", () => {
    const later = rows.filter(({ days }) => days > 1);
    expect(later).toHaveLength(268);
    expect(worst("theta", later)).toBeLessThan(0.05);
  });

  it("have a theta that is ours on the last day too: the decay of what is left, at most the premium", () => {
    const last = rows.filter(({ days }) => days <= 1);
    expect(last).toHaveLength(58);
    expect(worst("theta", last)).toBeLessThan(0.1);
  });
});
