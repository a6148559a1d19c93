import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseBook } from "../../prover/account/book.ts";
import { isolatedRequirement } from "../../prover/risk/isolated.ts";
import { evaluate } from "../../prover/risk/requirement.ts";
import { parseRowsFile } from "../../prover/risk/rowsFile.ts";
import { formatExact } from "../../prover/units/units.ts";

interface Vector {
  name: string;
  rows: unknown;
  book: unknown;
  expect: Record<"equity" | "scan" | "floor" | "charge" | "concentration" | "required", string> & { healthy: boolean };
}

const vectors: Vector[] = JSON.parse(readFileSync(new URL("../vectors/requirement.json", import.meta.url), "utf8"));

function load(vector: Vector) {
  const { set, coverage, instruments } = parseRowsFile(JSON.stringify(vector.rows), "rows.json");
  const portfolio = parseBook(JSON.stringify(vector.book), "book.json", instruments);
  return { set, coverage, portfolio };
}

describe("the vectors of the requirement", () => {
  test.each(vectors)("agree in every figure, to the last digit: $name", (vector) => {
    const { set, coverage, portfolio } = load(vector);
    const { equity, scan, floor, charge, concentration, required, healthy } = evaluate(set, portfolio, coverage);
    expect({
      equity: formatExact(equity),
      scan: formatExact(scan),
      floor: formatExact(floor),
      charge: formatExact(charge),
      concentration: formatExact(concentration),
      required: formatExact(required),
      healthy,
    }).toEqual(vector.expect);
  });

  test("the classic hedge costs exactly 20,000 isolated and 12,000 netted", () => {
    const hedged = vectors.find(({ name }) => name === "classic: hedged");
    if (hedged === undefined) throw new Error("the classic vector is gone");
    const { set, coverage, portfolio } = load(hedged);
    expect(formatExact(isolatedRequirement(set, portfolio))).toBe("20000");
    expect(formatExact(evaluate(set, portfolio, coverage).required)).toBe("12000");
  });
});
