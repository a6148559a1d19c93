import { buildBn128 } from "ffjavascript";
import { groth16 } from "snarkjs";
import { type AccountState, commit } from "../account/state.ts";
import { CIRCUITS, MARGIN_NAMES, type MarginName } from "../generated/circuits.ts";
import { FIELD } from "../hash/poseidon.ts";
import { buildRowTree, type RowTree, SET_IDS } from "../market/tree.ts";
import type { Market, PublishedSet, SetName } from "../market/types.ts";
import { TacitError } from "../units/errors.ts";
import type { Coverage } from "../units/units.ts";
import { type Artifacts, loadArtifacts, loadVerificationKey } from "./artifacts.ts";
import { marginInputs } from "./inputs.ts";
import { offchainContext, ProofFile, type PublicSignals } from "./proofFile.ts";
import { openWitnessCalculator, type WitnessCalculator } from "./witness.ts";

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
}

export type Stage = "loading keys" | "building the tree" | "computing the witness" | "proving" | "verifying";

/** Seconds a stage took, and the process' peak resident memory in bytes. */
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
  /**
   * Checks a proof, which is somebody else's file whatever its type says, against what the verifier knows. Its words
   * count for nothing: the requirement root comes from the market, the key from the build, every signal is compared.
   */
  verify(proof: unknown, expected: Expected): Promise<Verdict>;
}

/** What the verifier knows by itself; every field of it is compared with the proof's public signals. */
export interface Expected {
  readonly market: Market;
  readonly coverage?: Coverage;
  readonly commitment?: bigint;
  /** Absent: that of an off-chain proof for this market. */
  readonly context?: bigint;
}

/** `reason` says in words which statement does not hold; `healthy` is the proven bit. */
export type Verdict =
  | { readonly valid: true; readonly healthy: boolean }
  | { readonly valid: false; readonly reason: string };

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

interface OpenCircuit extends Artifacts {
  readonly calculate: WitnessCalculator;
}

async function openCircuit(name: MarginName): Promise<OpenCircuit> {
  const artifacts = await loadArtifacts(name);
  return { ...artifacts, calculate: await openWitnessCalculator(artifacts.wasm) };
}

/**
 * Opens a prover. It owns snarkjs' worker threads and keeps one checked key, one witness calculator and one tree for
 * every circuit and requirement set it has met, so the second proof is faster. Use `await using`, or the process stays.
 */
export async function openProver(): Promise<Prover> {
  const curve = await buildBn128();
  const circuits = new Map<MarginName, Promise<OpenCircuit>>();
  const trees = new WeakMap<PublishedSet, Promise<RowTree>>();

  return {
    async prove(request, onStage) {
      const { account, market, coverage } = request;
      const set = market.sets[request.set];
      const name = request.circuit ?? circuitFor(account.positions.length);
      const seconds = {} as Record<Stage, number>;
      const stage = async <T>(label: Stage, work: () => Promise<T>): Promise<T> => {
        onStage?.(label);
        const start = performance.now();
        const result = await work();
        seconds[label] = (performance.now() - start) / 1000;
        return result;
      };

      const circuit = await stage("loading keys", () => {
        const opened = circuits.get(name) ?? openCircuit(name);
        circuits.set(name, opened);
        // A missing or damaged key is looked for again the next time.
        return opened.catch((error: unknown) => {
          circuits.delete(name);
          throw error;
        });
      });
      const tree = await stage("building the tree", () => {
        const tree = trees.get(set) ?? buildRowTree(set);
        trees.set(set, tree);
        return tree;
      });
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
      const { proof, publicSignals } = await stage("proving", () => groth16.prove(circuit.zkey, witness));
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
      return { proof: file, cost: { seconds, peakMemory: process.resourceUsage().maxRSS * 1024 } };
    },
    verify: verifyProof,
    async [Symbol.asyncDispose]() {
      await curve.terminate();
    },
  };
}

async function verifyProof(given: unknown, expected: Expected): Promise<Verdict> {
  const read = ProofFile.safeParse(given);
  if (!read.success) return invalid(`it is not a proof file: ${read.error.issues[0]?.path.join(".")}`);
  const file = read.data;
  const { publicSignals: signals, circuit: name } = file;
  const margin = MARGIN_NAMES.find((known) => known === name);
  if (margin === undefined) return invalid(`there is no circuit ${name}`);
  const circuit = CIRCUITS[margin];
  if (file.setup !== circuit.setup) return invalid(`its key is a ${circuit.setup} key, not a ${file.setup} one`);
  const set = expected.market.sets[file.set];
  const wanted: Partial<Record<keyof PublicSignals, bigint | undefined>> = {
    requirementRoot: set.requirementRoot,
    context: expected.context ?? (await offchainContext(expected.market.hash)),
    coverage: expected.coverage,
    commitment: expected.commitment,
  };
  for (const [signal, value] of Object.entries(wanted)) {
    if (value !== undefined && BigInt(signals[signal as keyof PublicSignals]) !== value) {
      return invalid(MISMATCH[signal as keyof typeof MISMATCH]);
    }
  }
  const curve = await buildBn128();
  if (
    !curve.G2.eq(
      curve.G2.timesScalar(curve.G2.fromObject(file.proof.pi_b.map((c) => c.map(BigInt))), FIELD),
      curve.G2.zero,
    )
  ) {
    return invalid("its second point is not in the group");
  }
  const vkey = await loadVerificationKey(margin);
  const inOrder = circuit.signals.map((signal) => signals[signal as keyof PublicSignals]);
  const holds = await groth16.verify(vkey, inOrder, file.proof);
  return holds ? { valid: true, healthy: signals.healthy === "1" } : invalid("the pairing equation does not hold");
}

const invalid = (reason: string): Verdict => ({ valid: false, reason });

const MISMATCH = {
  requirementRoot: "it was made against another market, epoch or requirement set",
  context: "it was made for another purpose or another market file",
  coverage: "it states another coverage",
  commitment: "it is about another account",
} as const;
