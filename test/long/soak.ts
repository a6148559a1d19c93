import { describe, expect, it } from "vitest";
import { HAPPENINGS, type Happening, soak, summary } from "../soak/soak.ts";

/** `SOAK_SEED=7 npm run test:long` plays another history. */
const seed = Number(process.env.SOAK_SEED ?? 20_251_010);

/** A soak that met less has shown little: a half of what histories have, or less. */
const LEAST: Readonly<Record<Happening, number>> = {
  "maintenance proof": 2000,
  "initial proof": 2000,
  "batched proof": 4000,
  update: 500,
  "breach flag": 200,
  "silent flag": 200,
  cure: 200,
  challenge: 100,
  "challenge answered": 20,
  "challenge unanswered": 20,
  "challenge settled": 10,
  "covenant pledged": 50,
  "covenant accepted": 20,
  "covenant ended": 10,
  "band exit": 20,
  "lease cut by an exit": 200,
};

describe("a thousand accounts over fifty epochs of real hourly prices", () => {
  it("stand as the model has them after every call", async () => {
    console.log(`soak of seed ${seed}`);
    const result = await soak({ seed, accounts: 1000, epochs: 50, report: (line) => console.log(line) });
    console.log(summary(result));
    expect(result.compared).toBeGreaterThan(50_000);
    for (const name of HAPPENINGS) expect(result.events[name], name).toBeGreaterThanOrEqual(LEAST[name]);
  }, 3_600_000);

  it.each(["grace", "band", "cut", "answer"] as const)(
    "do not when the model has its %s wrong",
    async (slip) => {
      await expect(soak({ seed, accounts: 30, epochs: 27, slip })).rejects.toThrow(/^divergence/);
    },
    3_600_000,
  );
});
