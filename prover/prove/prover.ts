import { chooseBackend, openBackend } from "#backends";
import { type AccountState, commit } from "../account/state.ts";
import { CIRCUITS, MARGIN_NAMES, type MarginName } from "../generated/circuits.ts";
import { buildRowTree, type RowTree, SET_IDS } from "../market/tree.ts";
import type { Market, PublishedSet, SetName } from "../market/types.ts";
import { TacitError } from "../units/errors.ts";
import type { Coverage } from "../units/units.ts";
import type { BackendOptions } from "./backend.ts";
import { type Circuits, openCircuits } from "./circuits.ts";
import { marginInputs } from "./inputs.ts";
import { offchainContext, ProofFile } from "./proofFile.ts";
import { type Expected, type Verdict, verifyProof } from "./verify.ts";

/** What to prove, in domain nouns. */
export interface ProofRequest {
  readonly account: AccountState;
  readonly market: Market;
  readonly set: SetName;
  readonly coverage: Coverage;
  /** For a contract: the gate's context. Absent: the proof is for nobody's contract, bound to the market file. */
  readonly context?: bigint;
  /** Absent: the smallest circuit the positions fit. A gate fixes it when the account is opened. */
  readonly circuit?: MarginName;
  /** Ends the proof with the signal's reason at the next stage; what was loaded until then is kept for other proofs. */
  readonly signal?: AbortSignal;
}

export type Stage = "loading keys" | "building the tree" | "computing the witness" | "proving" | "verifying";

/** Seconds a stage took, and the process' peak resident memory in bytes, 0 in a browser, which does not tell. */
export interface ProofCost {
  readonly seconds: Readonly<Record<Stage, number>>;
  readonly peakMemory: number;
}

export interface Prover extends AsyncDisposable {
  /**
   * Proves whether an account covers its requirement, healthy or not, and verifies the proof before returning it.
   * @throws TacitError `TOO_MANY_POSITIONS`, `UNKNOWN_INSTRUMENT`, `UNSATISFIED`, and those of `loadArtifacts`
   */
  prove(request: ProofRequest, onStage?: (stage: Stage) => void): Promise<{ proof: ProofFile; cost: ProofCost }>;
  /** `verifyProof`, which needs no prover. */
  verify(proof: unknown, expected: Expected): Promise<Verdict>;
  /** The circuits it has open, for proofs of other statements than a requirement. */
  readonly circuits: Circuits;
}

const SIZES = MARGIN_NAMES.map((name) => ({ name, size: CIRCUITS[name].positions }));

/** The smallest circuit with room for this many positions. @throws TacitError `TOO_MANY_POSITIONS` */
export function circuitFor(positions: number): MarginName {
  const fitting = SIZES.filter(({ size }) => size >= positions).sort((a, b) => a.size - b.size)[0];
  if (fitting === undefined) {
    const largest = Math.max(...SIZES.map(({ size }) => size));
    throw new TacitError(
      "TOO_MANY_POSITIONS",
      `the account has ${positions} positions, the largest circuit ${largest}`,
      {
        hint: "Split the portfolio over several accounts.",
      },
    );
  }
  return fitting.name;
}

/**
 * Opens a prover. It owns a backend's threads, which start with the first proof, and keeps one checked key, one witness
 * calculator and one tree for every circuit and requirement set it has met, so the second proof is faster. Use
 * `await using`, or the process stays.
 * @throws TacitError `BACKEND_MISSING`, `BAD_THREADS`
 */
export async function openProver(options: BackendOptions = {}): Promise<Prover> {
  await chooseBackend(options);
  const circuits = openCircuits(() => openBackend(options));
  const trees = new WeakMap<PublishedSet, RowTree>();

  return {
    async prove(request, onStage) {
      const { account, market, coverage, signal } = request;
      const set = market.sets[request.set];
      const name = request.circuit ?? circuitFor(account.positions.length);
      const seconds = {} as Record<Stage, number>;
      const stage = async <T>(label: Stage, work: () => Promise<T>): Promise<T> => {
        signal?.throwIfAborted();
        onStage?.(label);
        const start = performance.now();
        const result = await work();
        seconds[label] = (performance.now() - start) / 1000;
        return result;
      };

      const circuit = await stage("loading keys", () => circuits.open(name));
      const tree = await stage("building the tree", async () => trees.get(set) ?? (await buildRowTree(set)));
      trees.set(set, tree);
      const context = request.context ?? (await offchainContext(market.hash));
      const witness = await stage("computing the witness", async () => {
        const statement = {
          account,
          set,
          tree,
          requirementRoot: set.requirementRoot,
          setId: SET_IDS[request.set],
          timestamp: market.timestamp,
          coverage,
          context,
        };
        return circuit.calculate(await marginInputs(statement, CIRCUITS[name].positions));
      });
      const { proof, publicSignals } = await stage("proving", () => circuit.prove(witness));
      const file = ProofFile.parse({
        version: 1,
        circuit: name,
        setup: circuit.setup,
        set: request.set,
        publicSignals: Object.fromEntries(CIRCUITS[name].signals.map((signal, i) => [signal, publicSignals[i]])),
        proof,
      });
      const commitment = await commit(account);
      const verdict = await stage("verifying", () => verifyProof(file, { market, coverage, commitment, context }));
      if (!verdict.valid) {
        throw new TacitError("PROOF_REFUSED", `the proof just made does not verify: ${verdict.reason}`, {
          hint: "The key may be damaged: run `npm run build`, then try again.",
        });
      }
      return { proof: file, cost: { seconds, peakMemory: peakMemory() } };
    },
    verify: verifyProof,
    circuits,
    [Symbol.asyncDispose]: circuits.close,
  };
}

const peakMemory = (): number => (typeof process === "undefined" ? 0 : process.resourceUsage().maxRSS * 1024);
