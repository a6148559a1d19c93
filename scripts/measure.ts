import { randomSecret } from "../prover/account/state.ts";
import { buildDay } from "../prover/demo/days.ts";
import { CIRCUITS, type MarginName } from "../prover/generated/circuits.ts";
import { openProver, type ProofCost } from "../prover/prove/prover.ts";
import { Cash, Coverage, Quantity } from "../prover/units/units.ts";

/**
 * One circuit in a process of its own, so that the peak of memory is its alone: a proof from nothing, then warm ones.
 * Prints one JSON line for `bench.ts`. The account fills every slot with real options of 2026-02-04.
 */
const name = process.argv[2] as MarginName;
const runs = Number(process.argv[3]);
const { market } = await buildDay("2026-02-04", []);
const options = market.instruments.filter(({ kind }) => kind === "option");
const step = Math.floor(options.length / CIRCUITS[name].positions);
const account = {
  accountId: randomSecret(),
  salt: randomSecret(),
  cash: Cash.parse("5000000", "cash"),
  positions: Array.from({ length: CIRCUITS[name].positions }, (_, i) => ({
    id: options[i * step]?.id ?? 0,
    quantity: Quantity.parse(i % 2 === 0 ? "1.5" : "-0.75", "quantity"),
  })),
};

const costs: ProofCost[] = [];
{
  await using prover = await openProver();
  for (let run = 0; run <= runs; run++) {
    const request = { account, market, set: "maintenance", coverage: Coverage.parse("1", "coverage") } as const;
    costs.push((await prover.prove({ ...request, circuit: name })).cost);
  }
}
console.log(JSON.stringify(costs));
