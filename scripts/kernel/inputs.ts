import { type AccountState, commit, randomSecret } from "../../prover/account/state.ts";
import { bucketsOf } from "../../prover/attest/buckets.ts";
import type { Claims } from "../../prover/attest/claims.ts";
import { attestSignals } from "../../prover/attest/signals.ts";
import { buildDay } from "../../prover/demo/days.ts";
import { CIRCUITS, type CircuitName, type MarginName } from "../../prover/generated/circuits.ts";
import { buildRowTree, SET_IDS } from "../../prover/market/tree.ts";
import type { Market } from "../../prover/market/types.ts";
import { loadArtifacts } from "../../prover/prove/artifacts.ts";
import { attestInputs } from "../../prover/prove/attestInputs.ts";
import { marginInputs, type Signals } from "../../prover/prove/inputs.ts";
import type { Artifacts } from "../../prover/prove/material.ts";
import { offchainContext } from "../../prover/prove/proofFile.ts";
import { openWitnessCalculator } from "../../prover/prove/witness.ts";
import { Cash, Coverage, Quantity } from "../../prover/units/units.ts";
import { accountInputs } from "./accountInputs.ts";

/** An account that fills every slot of a circuit with real options of a market, long and short. */
export function fullAccount(name: MarginName, market: Market): AccountState {
  const options = market.instruments.filter(({ kind }) => kind === "option");
  const { positions } = CIRCUITS[name];
  const step = Math.floor(options.length / positions);
  return {
    accountId: randomSecret(),
    salt: randomSecret(),
    cash: Cash.parse("5000000", "cash"),
    positions: Array.from({ length: positions }, (_, i) => ({
      id: options[i * step]?.id ?? 0,
      quantity: Quantity.parse(i % 2 === 0 ? "1.5" : "-0.75", "quantity"),
    })),
  };
}

/** What such an account can attest. */
export const SOME_CLAIMS: Claims = {
  equityAtLeast: Cash.parse("0", "floor"),
  netDelta: [{ bucket: "BTC", low: Cash.parse("-10000000", "low"), high: Cash.parse("10000000", "high") }],
  nothingIn: [],
};

/** A circuit's input signals: for margin and `attest`, such an account in the market of 2026-02-04. */
export async function realSignals(name: CircuitName): Promise<Signals> {
  if (name === "transition" || name === "disclose") return accountInputs(name);
  const { market } = await buildDay("2026-02-04", []);
  const set = market.sets.maintenance;
  const { requirementRoot } = set;
  const account = fullAccount(name === "attest" ? "margin_32" : name, market);
  const context = await offchainContext(market.hash);
  const opened = {
    account,
    set,
    tree: await buildRowTree(set),
    setId: SET_IDS.maintenance,
    timestamp: market.timestamp,
  };
  if (name === "attest") {
    const about = { commitment: await commit(account), requirementRoot, context };
    return attestInputs({ ...opened, signals: attestSignals(SOME_CLAIMS, bucketsOf(market), about) });
  }
  const statement = { ...opened, requirementRoot, coverage: Coverage.parse("1", "coverage"), context };
  return marginInputs(statement, CIRCUITS[name].positions);
}

/** A circuit's artifacts and the witness of `realSignals`. */
export async function realWitness(name: CircuitName): Promise<Artifacts & { witness: Uint8Array }> {
  const artifacts = await loadArtifacts(name);
  const calculate = await openWitnessCalculator(artifacts.wasm);
  return { ...artifacts, witness: await calculate(await realSignals(name)) };
}
