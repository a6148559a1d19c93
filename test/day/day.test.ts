import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openProver, type Prover } from "../../prover/prove/prover.ts";
import { renderSearches, searchDay } from "../leaks/leaks.ts";
import { CARELESS } from "../leaks/planted.ts";
import { type DayResult, reconcile, runDay, summary } from "./day.ts";

/** `DAY_SEED=7 npx vitest run test/day/day.test.ts` plays another day. */
const seed = Number(process.env.DAY_SEED ?? 20_260_205);

describe("six hidden accounts on the prices of two February evenings", () => {
  let prover: Prover;
  let day: DayResult;
  beforeAll(async () => {
    prover = await openProver();
    console.log(`day of seed ${seed}`);
    day = await runDay({ seed, accounts: 6, fills: 20, moments: [0, 2], small: true, spare: CARELESS, prover });
    console.log(summary(day));
  }, 300_000);
  afterAll(async () => {
    await prover[Symbol.asyncDispose]();
  });

  it("trade, deposit, withdraw and settle with real proofs, and after each act the vault holds what went in less what went out", () => {
    const kinds = new Set(day.figures.map(({ kind }) => kind));
    for (const kind of ["open", "deposit", "withdraw", "fill", "block", "settle"] as const)
      expect(kinds).toContain(kind);
    expect(day.fills).toBeGreaterThanOrEqual(20);
    expect(day.checks).toBe(3 * day.figures.length);
  });

  it("are read by their guardian from the chain alone: the model's states, netting to zero, and cash to the last unit", async () => {
    const { accounts, instruments, cash } = await reconcile(day);
    expect(accounts).toBe(6);
    expect(instruments).toBeGreaterThan(4);
    expect(cash).toBeGreaterThan(0n);
  });

  it("leave nothing on the chain but what careless owners plant there: each search finds its planted leaks and nothing else", async () => {
    const searches = await searchDay(day, prover);
    console.log(renderSearches(searches));
    for (const { name, candidates, planted, missed, leaks } of searches) {
      expect(candidates, name).toBeGreaterThan(0);
      expect(planted, name).toBeGreaterThan(0);
      expect({ name, missed, leaks }).toEqual({ name, missed: [], leaks: [] });
    }
  });
});
