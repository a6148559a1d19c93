import { describe, expect, it } from "vitest";
import { openProver } from "../../prover/prove/prover.ts";
import { soak, summary } from "../soak/soak.ts";

/** `SOAK_SEED=7 npm run test:long` plays another history. */
const seed = Number(process.env.SOAK_SEED ?? 20_251_010);

describe("the soak with real proofs before the real verifiers", () => {
  it("stands as the model has it after every call", async () => {
    await using prover = await openProver();
    console.log(`soak with proofs of seed ${seed}`);
    const result = await soak({ seed, accounts: 20, epochs: 7, prover, report: (line) => console.log(line) });
    console.log(summary(result));
    expect(result.proofs.made).toBeGreaterThanOrEqual(100);
    for (const name of ["maintenance proof", "initial proof", "batched proof"] as const) {
      expect(result.events[name], name).toBeGreaterThanOrEqual(10);
    }
    for (const name of ["breach flag", "cure"] as const) {
      expect(result.events[name], name).toBeGreaterThanOrEqual(3);
    }
    for (const name of ["ProofRejected", "ProofRejected (skipped)"]) {
      expect(result.refusals[name], name).toBeGreaterThanOrEqual(1);
    }
  }, 3_600_000);
});
