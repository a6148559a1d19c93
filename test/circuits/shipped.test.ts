import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseBook } from "../../prover/account/book.ts";
import { CIRCUITS, MARGIN_NAMES } from "../../prover/generated/circuits.ts";
import { evaluate } from "../../prover/risk/requirement.ts";
import { parseRowsFile } from "../../prover/risk/rowsFile.ts";
import type { Portfolio, RequirementSet, Row } from "../../prover/risk/types.ts";
import type { Cash, Coverage, Notional, Price, Quantity, Ratio } from "../../prover/units/units.ts";
import { lineOf, proven } from "./shipped.ts";

interface Vector {
  name: string;
  rows: { scenarios: unknown[] };
  book: { positions: unknown[] };
  expect: { healthy: boolean };
}
const vectors: Vector[] = JSON.parse(readFileSync(new URL("../vectors/requirement.json", import.meta.url), "utf8"));

describe("a shipped circuit", () => {
  it.each(vectors)("agrees with the vector and its line to the last unit: $name", async (vector) => {
    const { set, coverage, instruments } = parseRowsFile(JSON.stringify(vector.rows), "rows.json");
    const book = parseBook(JSON.stringify(vector.book), "book.json", instruments);
    const name = book.positions.length <= 8 ? "margin_8" : "margin_16";
    const line = lineOf(set, book, coverage);
    const cases: [bigint, boolean][] = [
      [book.cash, vector.expect.healthy],
      [line, true],
      [line - 1n, false],
      [line - 1_000_000n, false],
      [line + 1_000_000n, true],
    ];
    for (const [cash, healthy] of cases) {
      const portfolio = { ...book, cash: cash as Cash };
      expect(evaluate(set, portfolio, coverage).healthy).toBe(healthy);
      expect(await proven(name, set, portfolio, coverage)).toEqual({ satisfied: true, healthy: healthy ? 1n : 0n });
    }
  });

  const MOST = (1n << 47n) - 1n;
  const LEAST = -(1n << 47n);
  const widestRow = (id: number, bucket: number, sign: bigint): Row => ({
    id,
    bucket,
    mark: (sign * MOST) as Price,
    delta: (sign * MOST) as Price,
    long: MOST as Price,
    short: MOST as Price,
    values: Array.from({ length: 26 }, (_, s) => ((s % 2 === 0 ? sign : -sign) * MOST) as Price),
  });
  // The largest ratio there is in whole basis points.
  const ratio = 4_294_900_000n as Ratio;
  const tier = { rate: ratio, deduction: ((1n << 64n) - 1n) as Notional };
  const widest = (gain: Ratio): RequirementSet => ({
    name: "widest",
    scenarios: Array.from({ length: 26 }, (_, s) => ({ name: `${s}`, weight: ratio })),
    buckets: Array.from({ length: 4 }, (_, b) => ({
      name: `${b}`,
      gain,
      loss: ratio,
      a: ratio,
      h: ratio,
      tiers: [tier, { ...tier, deduction: 0n as Notional }, tier, tier],
    })),
    // Neighbouring, low and high indices, and the largest ids there are.
    rows: new Map(
      Array.from({ length: 32 }, (_, i) => (i < 16 ? 1 + i : 0xffffffff - i)).map((id, i) => [
        id,
        widestRow(id, i % 4, i % 8 < 4 ? 1n : -1n),
      ]),
    ),
  });

  it.each(["margin_4", "margin_8", "margin_16", "margin_32"] as const)(
    "holds the widest values in every slot, to both sides of the line: %s",
    async (name) => {
      const { positions } = CIRCUITS[name];
      const seen = new Set<boolean>();
      for (const [set, side] of [
        [widest(ratio), 1n],
        [widest(0n as Ratio), -1n],
      ] as const) {
        const ids = Array.from(set.rows.keys());
        for (const mixed of [false, true]) {
          const portfolio = (cash: bigint): Portfolio => ({
            cash: cash as Cash,
            positions: ids.slice(0, positions).map((id, i) => ({
              id,
              quantity: ((mixed && i % 3 === 0 ? -side : side) > 0n ? MOST : LEAST) as Quantity,
            })),
          });
          const most = (1n << 100n) - 1n;
          const widestCoverage = (1n << 20n) - 1n;
          for (const [cash, times] of [
            [most, widestCoverage],
            [-most - 1n, widestCoverage],
            [most, 0n],
          ] as const) {
            const coverage = times as Coverage;
            const { healthy } = evaluate(set, portfolio(cash), coverage);
            seen.add(healthy);
            expect(await proven(name, set, portfolio(cash), coverage)).toEqual({
              satisfied: true,
              healthy: healthy ? 1n : 0n,
            });
          }
        }
      }
      expect(seen).toEqual(new Set([true, false]));
    },
  );

  it.each(MARGIN_NAMES)("finds an empty account healthy, and one in debt not: %s", async (name) => {
    const set = widest(ratio);
    for (const [cash, healthy] of [
      [0n, 1n],
      [-1n, 0n],
      [1n, 1n],
    ] as const) {
      const portfolio = { cash: cash as Cash, positions: [] };
      expect(await proven(name, set, portfolio, 10_000n as Coverage)).toEqual({ satisfied: true, healthy });
    }
  });

  it("takes a full margin_16 within the budget of 50,000 rows", () => {
    expect(CIRCUITS.margin_16.constraints).toBeLessThan(50_000);
  });
});
