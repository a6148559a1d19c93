import { buildDay } from "../prover/demo/days.ts";
import type { CircuitName } from "../prover/generated/circuits.ts";
import { openProver, type ProofCost } from "../prover/prove/prover.ts";
import { Coverage } from "../prover/units/units.ts";
import { fullAccount } from "./kernel/inputs.ts";

/**
 * One circuit in a process of its own, so that the peak of memory is its alone: a proof from nothing, then warm ones.
 * Prints one JSON line for `bench.ts`.
 *   measure.ts margin_16 RUNS THREADS
 */
const name = process.argv[2] as CircuitName;
const [runs, threads] = [Number(process.argv[3]), Number(process.argv[4])];
const { market } = await buildDay("2026-02-04", []);
const account = fullAccount(name, market);

const costs: ProofCost[] = [];
{
  await using prover = await openProver({ threads });
  for (let run = 0; run <= runs; run++) {
    const request = { account, market, set: "maintenance", coverage: Coverage.parse("1", "coverage") } as const;
    costs.push((await prover.prove({ ...request, circuit: name })).cost);
  }
}
console.log(JSON.stringify(costs));
