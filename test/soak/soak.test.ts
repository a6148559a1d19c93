import { describe, expect, it } from "vitest";
import { soak } from "./soak.ts";

/** Another history: `SOAK_SEED=7 npx vitest run test/soak`. */
const seed = Number(process.env.SOAK_SEED ?? 20_251_010);

describe("accounts over real hourly prices", () => {
  it("stand as the model has them after every call, by status, lease, nonce, payout and named error", async () => {
    const result = await soak({ seed, accounts: 30, epochs: 27 });
    expect(result.compared, `seed ${seed}`).toBeGreaterThan(1000);
    for (const name of ["prove", "proveMany", "update", "challenge", "flag", "flagSilent", "cure", "recordExit"]) {
      expect(result.calls[name], name).toBeGreaterThan(0);
    }
    expect(Object.keys(result.refusals).length).toBeGreaterThan(10);
  });

  it("do not when the model forgets that an update ends a lease", async () => {
    await expect(soak({ seed, accounts: 30, epochs: 27, slip: "cut" })).rejects.toThrow(/^divergence/);
  });
});
