import type { AccountState } from "../account/state.ts";
import type { Done, Gate } from "../chain/gate.ts";
import type { Market } from "../market/types.ts";
import type { ProofFile } from "../prove/proofFile.ts";
import type { Prover, Stage } from "../prove/prover.ts";
import { evaluate, type Requirement } from "../risk/requirement.ts";
import { TacitError } from "../units/errors.ts";
import { Coverage } from "../units/units.ts";
import { epochOfMarket } from "../vault/health.ts";

/** What a gate's breach proof states: not covered once. */
export const FULL_COVERAGE = Coverage.parse("1", "coverage");

/**
 * What a disclosed state requires to be left alone. Empty lanes count for nothing; they stay in the state, whose commitment has
 * them.
 * @throws TacitError `UNKNOWN_INSTRUMENT` when the market lists not all that the account holds
 */
export function maintenanceOf(state: AccountState, market: Market): Requirement {
  const positions = state.positions.filter(({ id, quantity }) => id !== 0 || quantity !== 0n);
  const set = market.sets.maintenance;
  // Which they are is the account's secret.
  if (positions.some(({ id }) => !set.rows.has(id))) {
    throw new TacitError("UNKNOWN_INSTRUMENT", "the market does not list all that the account holds", {
      hint: "Take the market file of the newest epoch. What lapsed without a settlement nobody can prove anything about.",
    });
  }
  return evaluate(set, { cash: state.cash, positions }, FULL_COVERAGE);
}

/** A breach proof, for the gate and the sender it was made for. */
export interface Breach {
  readonly epoch: number;
  readonly proof: ProofFile;
  send(): Promise<Done>;
}

/**
 * Proves that an account does not cover its maintenance requirement. The circuit is the smallest that its lanes fit, whatever
 * the account's size: positions in far lanes hide from nobody.
 * @param gate seen by whoever sends it; the state's commitment is the account's there, or was since the epoch
 * @param market the newest epoch's
 * @throws TacitError `UNKNOWN_EPOCH`, `EPOCH_NOT_LATEST`, `HEALTHY`, `UNKNOWN_INSTRUMENT`, and those of `Prover.prove`
 */
export async function proveBreach(
  prover: Prover,
  gate: Gate,
  { state, market }: { readonly state: AccountState; readonly market: Market },
  onStage?: (stage: Stage) => void,
): Promise<Breach> {
  if (maintenanceOf(state, market).healthy)
    throw new TacitError("HEALTHY", "the account covers its maintenance requirement");
  const epoch = await epochOfMarket(gate, market);
  if (!(await gate.isLatest(epoch))) {
    throw new TacitError("EPOCH_NOT_LATEST", `epoch ${epoch} is too old, or its prices are no longer the market's`, {
      hint: "Take the market file of the newest epoch.",
    });
  }
  const context = await gate.context(state.accountId, "flag");
  const request = { account: state, market, set: "maintenance", coverage: FULL_COVERAGE, context } as const;
  const { proof } = await prover.prove(request, onStage);
  if (proof.publicSignals.healthy !== "0")
    throw new TacitError("HEALTHY", "the account covers its maintenance requirement");
  return { epoch, proof, send: () => gate.flag(state.accountId, epoch, proof) };
}
