import { describe, expect, it } from "vitest";
import { openProver } from "../../prover/prove/prover.ts";
import { reconcile, runDay, summary } from "../day/day.ts";
import { renderSearches, searchDay } from "../leaks/leaks.ts";
import { CARELESS } from "../leaks/planted.ts";

/** `DAY_SEED=7 npm run test:long` plays another day. */
const seed = Number(process.env.DAY_SEED ?? 20_260_205);

describe("a day of twenty hidden accounts on every option of two February evenings", () => {
  it("conserves each quantity and every unit of cash over 300 fills, with real proofs, and leaves nothing on the chain to be searched for", async () => {
    await using prover = await openProver();
    console.log(`day of seed ${seed}`);
    const started = performance.now();
    const report = (line: string) => console.log(line);
    const day = await runDay({
      seed,
      accounts: 20,
      fills: 300,
      moments: [0, 1, 2, 3],
      small: false,
      spare: CARELESS,
      prover,
      report,
    });
    console.log(summary(day));
    console.log(`${((performance.now() - started) / 1000).toFixed(0)} s in all`);
    expect(day.fills).toBeGreaterThanOrEqual(300);
    for (const [kind, least] of Object.entries({
      deposit: 20,
      withdraw: 10,
      reduce: 10,
      block: 10,
      settle: 10,
      move: 3,
    })) {
      expect(day.figures.filter((figure) => figure.kind === kind).length, kind).toBeGreaterThanOrEqual(least);
    }
    const { accounts, cash } = await reconcile(day);
    expect(accounts).toBe(20);
    expect(cash).toBeGreaterThan(0n);
    const searches = await searchDay(day, prover);
    console.log(renderSearches(searches));
    for (const { name, missed, leaks } of searches)
      expect({ name, missed, leaks }).toEqual({ name, missed: [], leaks: [] });
  }, 3_600_000);
});
