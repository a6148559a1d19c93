import { openAttester } from "../prover/attest/attester.ts";
import { buildDay } from "../prover/demo/days.ts";
import type { MarginName } from "../prover/generated/circuits.ts";
import { openProver, type ProofCost } from "../prover/prove/prover.ts";
import { Coverage } from "../prover/units/units.ts";
import { fullAccount, SOME_CLAIMS } from "./kernel/inputs.ts";

/**
 * A margin circuit or `attest` in a process of its own, so that the peak of memory is its alone: a proof from nothing, then warm ones.
 * Prints one JSON line for `bench.ts`.
 *   measure.ts margin_16 RUNS THREADS
 */
const name = process.argv[2] as MarginName | "attest";
const [runs, threads] = [Number(process.argv[3]), Number(process.argv[4])];
const { market } = await buildDay("2026-02-04", []);
const costs: ProofCost[] = [];
if (name === "attest") {
  await using attester = await openAttester({ threads });
  const account = fullAccount("margin_32", market);
  const expires = Math.floor(Date.now() / 1000) + 86_400;
  const request = {
    account,
    market,
    claims: SOME_CLAIMS,
    audience: "whoever measures",
    purpose: "measurement",
    expires,
  };
  for (let run = 0; run <= runs; run++) costs.push((await attester.attest(request)).cost);
} else {
  const account = fullAccount(name, market);
  await using prover = await openProver({ threads });
  for (let run = 0; run <= runs; run++) {
    const request = { account, market, set: "maintenance", coverage: Coverage.parse("1", "coverage") } as const;
    costs.push((await prover.prove({ ...request, circuit: name })).cost);
  }
}
console.log(JSON.stringify(costs));
