import type { AccountState } from "../account/state.ts";
import { readBook, readEpoch } from "../chain/book.ts";
import { type GateProof, toGateProof } from "../chain/calldata.ts";
import { gateContext } from "../chain/context.ts";
import type { Gate, Size } from "../chain/gate.ts";
import { findEpoch } from "../chain/search.ts";
import type { VaultPlace } from "../chain/vault.ts";
import type { Market, SetName } from "../market/types.ts";
import type { Prover } from "../prove/prover.ts";
import { evaluate } from "../risk/requirement.ts";
import { TacitError } from "../units/errors.ts";
import { Coverage } from "../units/units.ts";

/**
 * The epoch of a market at a gate's book, at which both roots and the index are the file's.
 * @throws TacitError `UNKNOWN_EPOCH` when the book has no recent epoch with this market's root
 */
export async function epochOfMarket(gate: Gate, market: Market): Promise<number> {
  const book = await gate.book();
  const { provider } = gate;
  const number = await findEpoch(book, provider, "initial", market.sets.initial.requirementRoot);
  const { epoch } = await readEpoch(provider, await readBook(provider, book), { number });
  if (epoch.requirementRoots[0] !== market.sets.maintenance.requirementRoot) {
    throw new TacitError("OTHER_MARKET", `epoch ${number} has another maintenance root than the market file`, {
      hint: "Get the market file from whoever published the epoch.",
    });
  }
  return number;
}

/**
 * Proves for the gate that an account is healthy in a state that it will only have in the very transaction in which the
 * vault submits the proof.
 * @param request.market its roots must be the epoch's; compared with the book before proving
 * @param request.size the account's at the gate afterwards
 * @throws TacitError `UNKNOWN_EPOCH`, `EPOCH_NOT_LATEST`, `UNKNOWN_INSTRUMENT`, `NOT_COVERED` when the state is not healthy, and those of `Prover.prove`
 */
export async function proveHealth(
  prover: Prover,
  request: {
    readonly gate: Gate;
    readonly vault: VaultPlace;
    readonly state: AccountState;
    readonly market: Market;
    readonly set: SetName;
    readonly size: Size;
  },
): Promise<{ readonly epoch: number; readonly health: GateProof }> {
  const { gate, vault, state, market, set, size } = request;
  const id = state.accountId;
  const epoch = await epochOfMarket(gate, market);
  if (!(await gate.isLatest(epoch))) {
    throw new TacitError(
      "EPOCH_NOT_LATEST",
      `epoch ${epoch} of this market is too old, or its prices are no longer the market's`,
      {
        hint: "Take the market file of the newest epoch.",
      },
    );
  }
  const coverage = await coverageOf(gate, set, id);
  requireCovered(state, market, set, coverage);
  const context = gateContext(gate, id, "prove", vault.vault, 0n);
  const { proof } = await prover.prove({ account: state, market, set, coverage, context, circuit: `margin_${size}` });
  if (proof.publicSignals.healthy !== "1") throw notCovered(coverage, set);
  return { epoch, health: toGateProof(proof.proof) };
}

/** Said by the model before anything is proven. How much is short is the account's secret. */
function requireCovered(state: AccountState, market: Market, set: SetName, coverage: Coverage): void {
  const positions = state.positions.filter(({ id }) => id !== 0);
  if (positions.some(({ id }) => !market.sets[set].rows.has(id))) {
    throw new TacitError("UNKNOWN_INSTRUMENT", "the market does not list all that the account holds", {
      hint: "What has expired is settled first: `tacit account settle`.",
    });
  }
  if (!evaluate(market.sets[set], { cash: state.cash, positions }, coverage).healthy) throw notCovered(coverage, set);
}

const notCovered = (coverage: Coverage, set: SetName): TacitError =>
  new TacitError("NOT_COVERED", `the account would not cover ${Coverage.format(coverage)}x its ${set} requirement`, {
    hint: "Deposit first, or move and trade less; a trade that only shrinks positions may show maintenance: --reduce.",
  });

async function coverageOf(gate: Gate, set: SetName, id: bigint): Promise<Coverage> {
  if (set === "initial") return initialCoverage(gate, id);
  return Coverage.of(BigInt((await gate.terms()).coverageMaintenance), "coverage");
}

/** What of the initial requirement a gate asks of an account: its own coverage, or what the account has pledged. */
export async function initialCoverage(gate: Gate, id: bigint): Promise<Coverage> {
  const [{ pledged }, { coverageInitial }] = await Promise.all([gate.account(id), gate.terms()]);
  return Coverage.of(BigInt(Math.max(coverageInitial, pledged)), "coverage");
}
