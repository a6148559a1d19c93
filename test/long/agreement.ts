import fc from "fast-check";
import { expect, it } from "vitest";
import { buildDay } from "../../prover/demo/days.ts";
import { SET_NAMES } from "../../prover/market/types.ts";
import { evaluate } from "../../prover/risk/requirement.ts";
import type { Portfolio } from "../../prover/risk/types.ts";
import type { Cash, Coverage, Quantity } from "../../prover/units/units.ts";
import { lineOf, proven } from "../circuits/shipped.ts";

/** Model and shipped circuit on random books of the real chains, at the line and one unit of 1e-12 USD beside it. */
it.each(["2026-02-04", "2026-02-05"])("model and circuit agree on random books of %s", async (date) => {
  const { market } = await buildDay(date, []);
  const ids = market.instruments.map(({ id }) => id);
  const quantity = fc.oneof(
    fc.bigInt(-(10n ** 10n), 10n ** 10n),
    fc.constantFrom(1n, -1n, (1n << 47n) - 1n, 1n - (1n << 47n)),
  );
  const held = fc.array(fc.tuple(fc.constantFrom(...ids), quantity), { maxLength: 16 });
  await fc.assert(
    fc.asyncProperty(
      held,
      fc.constantFrom(...SET_NAMES),
      fc.bigInt(0n, (1n << 20n) - 1n),
      async (positions, name, coverage) => {
        const set = market.sets[name];
        const book: Portfolio = {
          cash: 0n as Cash,
          positions: positions.map(([id, amount]) => ({ id, quantity: amount as Quantity })),
        };
        const line = lineOf(set, book, coverage as Coverage);
        for (const cash of [line - 1n, line]) {
          if (cash <= -(1n << 100n) || cash >= 1n << 100n) continue;
          const portfolio = { ...book, cash: cash as Cash };
          const { healthy } = evaluate(set, portfolio, coverage as Coverage);
          expect(healthy).toBe(cash === line);
          const circuit = positions.length <= 4 ? "margin_4" : positions.length <= 8 ? "margin_8" : "margin_16";
          expect(await proven(circuit, set, portfolio, coverage as Coverage)).toEqual({
            satisfied: true,
            healthy: healthy ? 1n : 0n,
          });
        }
      },
    ),
    { numRuns: 100 },
  );
});
