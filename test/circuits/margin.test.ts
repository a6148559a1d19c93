import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Signals } from "../../prover/prove/inputs.ts";
import { evaluate } from "../../prover/risk/requirement.ts";
import type { Portfolio } from "../../prover/risk/types.ts";
import type { Cash, Coverage, Quantity } from "../../prover/units/units.ts";
import { type Circuit, compile } from "./harness.ts";
import { forgedRow, SMALL_LIES, SMALL_MAIN, SMALL_SET, smallInputs, tooRich } from "./small.ts";

const portfolio = (cash: bigint, ...positions: [id: number, quantity: bigint][]): Portfolio => ({
  cash: cash as Cash,
  positions: positions.map(([id, quantity]) => ({ id, quantity: quantity as Quantity })),
});
const HEDGED = portfolio(10n ** 9n, [300, 2_000_000n], [4500, -1_000_000n]);

let circuit: Circuit;
let inputs: Signals;
beforeAll(async () => {
  circuit = await compile(SMALL_MAIN);
  inputs = await smallInputs(HEDGED);
});

describe("a small margin circuit", () => {
  it("agrees with the model on random portfolios at the line and one unit beside it", async () => {
    const quantity = fc.oneof(
      fc.bigInt(-(10n ** 9n), 10n ** 9n),
      fc.constantFrom(0n, 1n, -1n, (1n << 47n) - 1n, 1n - (1n << 47n)),
    );
    const id = fc.constantFrom(300, 301, 4500);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(id, quantity), { maxLength: 2 }),
        fc.constantFrom(0n, 1n, 8_000n, 15_001n, (1n << 20n) - 1n),
        async (held, coverage) => {
          const base = portfolio(0n, ...held);
          const { equity, required } = evaluate(SMALL_SET, base, coverage as Coverage);
          // The least cash with which the account is healthy, in 1e-12 USD.
          const short = coverage * required - 10_000n * equity;
          const line = short / 10n ** 22n + (short % 10n ** 22n > 0n ? 1n : 0n);
          for (const [cash, healthy] of [
            [line - 1n, 0n],
            [line, 1n],
            [line + 1n, 1n],
          ] as const) {
            const run = await circuit.run(await smallInputs({ ...base, cash: cash as Cash }, coverage));
            expect(run.satisfied).toBe(true);
            expect(run.outputs).toEqual([healthy]);
            expect(evaluate(SMALL_SET, { ...base, cash: cash as Cash }, coverage as Coverage).healthy).toBe(
              healthy === 1n,
            );
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("passes over an empty slot before a position, as does the model", async () => {
    const book = (cash: bigint) => portfolio(cash, [0, 0n], [300, 2_000_000n]);
    const coverage = 10_000n as Coverage;
    const { equity, required } = evaluate(SMALL_SET, book(0n), coverage);
    expect(required).toBe(evaluate(SMALL_SET, portfolio(0n, [300, 2_000_000n]), coverage).required);
    const line = (required - equity) / 10n ** 18n + ((required - equity) % 10n ** 18n > 0n ? 1n : 0n);
    for (const [cash, healthy] of [
      [line, 1n],
      [line - 1n, 0n],
    ] as const) {
      expect((await circuit.run(await smallInputs(book(cash)))).outputs).toEqual([healthy]);
    }
  });

  it("opens the widest negative quantity and cash, which no unit reaches", async () => {
    for (const cash of [-(1n << 100n), (1n << 100n) - 1n]) {
      for (const ids of [[300, 4500] as const, [301, 301] as const]) {
        const book = portfolio(cash, [ids[0], -(1n << 47n)], [ids[1], -(1n << 47n)]);
        const { healthy } = evaluate(SMALL_SET, book, 10_000n as Coverage);
        const run = await circuit.run(await smallInputs(book));
        expect(run).toMatchObject({ satisfied: true, outputs: [healthy ? 1n : 0n] });
      }
    }
  });

  for (const [lie, tell] of Object.entries(SMALL_LIES)) {
    it(`refuses ${lie}`, async () => {
      expect((await circuit.run(tell(inputs))).satisfied).toBe(false);
    });
  }

  it("refuses a row of the prover's own making with a path of its own", async () => {
    expect((await circuit.run(await forgedRow(inputs))).satisfied).toBe(false);
  });

  it("refuses cash beyond its width even where the commitment holds it", async () => {
    expect((await circuit.run(await tooRich())).satisfied).toBe(false);
  });

  it("refuses an unlisted instrument, whose leaf is the hash of no row", async () => {
    const unlisted = { ...inputs, id: [302n, 0n], quantity: [1n, 0n] };
    expect((await circuit.run(unlisted)).satisfied).toBe(false);
  });

  it("holds every wire of an honest witness in place", async () => {
    const { witness, satisfied } = await circuit.run(inputs);
    expect(satisfied).toBe(true);
    expect(circuit.freeWires(witness)).toEqual([]);
  });
});
