import { describe, expect, it } from "vitest";
import { soak, summary } from "../soak/soak.ts";

/** `SOAK_SEED=7 npm run test:long` plays another history. */
const seed = Number(process.env.SOAK_SEED ?? 20_251_010);

describe("a thousand accounts over fifty epochs of real hourly prices", () => {
  it("stand as the model has them after every call", async () => {
    console.log(`soak of seed ${seed}`);
    const result = await soak({ seed, accounts: 1000, epochs: 50, report: (line) => console.log(line) });
    console.log(summary(result));
    expect(result.compared).toBeGreaterThan(50_000);
  }, 3_600_000);

  it.each(["grace", "band", "cut", "answer"] as const)(
    "do not when the model has its %s wrong",
    async (slip) => {
      await expect(soak({ seed, accounts: 120, epochs: 40, slip })).rejects.toThrow(/^divergence/);
    },
    3_600_000,
  );
});
