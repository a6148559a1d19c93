import { type AccountState, commit } from "../account/state.ts";
import { CIRCUITS, type CircuitName, type MarginName } from "../generated/circuits.ts";
import { formatRoot } from "../market/file.ts";
import { buildRowTree, type RowTree, SET_IDS } from "../market/tree.ts";
import type { Market, PublishedSet, SetName } from "../market/types.ts";
import { attestInputs } from "../prove/attestInputs.ts";
import type { BackendOptions } from "../prove/backend.ts";
import { chooseBackend, openBackend } from "../prove/backends.ts";
import { openCircuits } from "../prove/circuits.ts";
import { marginInputs, type Signals } from "../prove/inputs.ts";
import { circuitFor, type ProofCost, type Stage } from "../prove/prover.ts";
import { TacitError } from "../units/errors.ts";
import { bucketsOf } from "./buckets.ts";
import { type Claims, checkClaims, needsAttest } from "./claims.ts";
import { attestationContext } from "./context.ts";
import { judge } from "./figures.ts";
import { AttestationFile, writeClaims } from "./file.ts";
import { attestSignals } from "./signals.ts";
import { verifyAttestation } from "./verify.ts";

/** What to attest of an account, to whom, for what and until when. */
export interface AttestationRequest {
  readonly account: AccountState;
  readonly market: Market;
  readonly claims: Claims;
  /** 1 to 200 printable characters each, in Unicode's form NFC. */
  readonly audience: string;
  readonly purpose: string;
  /** Unix seconds. */
  readonly expires: number;
  /** What the auditor gave. */
  readonly nonce?: string;
  /** For coverage. Absent: the smallest that the positions fit. Its size becomes public, that of `attest` says nothing. */
  readonly circuit?: MarginName;
  /** Ends the proofs with the signal's reason at the next stage. */
  readonly signal?: AbortSignal;
}

export interface Attester extends AsyncDisposable {
  /**
   * Proves what is claimed and verifies it before returning it. What is not true is not proven, and the error does not tell
   * what is true instead: `judge` does, to the owner.
   * @throws TacitError `NOT_TRUE`, `NO_CLAIM`, `DUPLICATE`, `EMPTY_BAND`, `EXPIRED`, `BAD_TEXT`, `UNKNOWN_UNDERLYING`,
   * `UNKNOWN_INSTRUMENT`, `TOO_MANY_POSITIONS`, and those of `loadArtifacts`
   */
  attest(
    request: AttestationRequest,
    onStage?: (stage: Stage) => void,
  ): Promise<{ attestation: AttestationFile; cost: ProofCost }>;
}

/**
 * Opens what proves attestations. It owns a backend's threads, which start with the first proof: use `await using`, or the
 * process stays.
 * @throws TacitError `BACKEND_MISSING`, `BAD_THREADS`
 */
export async function openAttester(options: BackendOptions = {}): Promise<Attester> {
  await chooseBackend(options);
  const circuits = openCircuits(() => openBackend(options));
  const trees = new WeakMap<PublishedSet, RowTree>();

  return {
    async attest(request, onStage) {
      const { account, market, claims } = request;
      checkClaims(claims);
      const untrue = judge(claims, account, market).filter(({ holds }) => !holds);
      if (untrue.length > 0) {
        throw new TacitError("NOT_TRUE", `it is not true that ${untrue.map(({ words }) => words).join(", or that ")}`, {
          hint: "Only what is true can be proven.",
        });
      }
      const said = describe(request, await commit(account));
      if (said.expires <= Date.now() / 1000) throw new TacitError("EXPIRED", "the attestation would be born expired");
      const { maintenance } = market.sets;
      const context = await attestationContext(market.hash, said);
      const about = { commitment: BigInt(said.commitment), requirementRoot: maintenance.requirementRoot, context };

      const seconds: Record<Stage, number> = {
        "loading keys": 0,
        "building the tree": 0,
        "computing the witness": 0,
        proving: 0,
        verifying: 0,
      };
      const stage = async <T>(label: Stage, work: () => Promise<T>): Promise<T> => {
        request.signal?.throwIfAborted();
        onStage?.(label);
        const start = performance.now();
        const result = await work();
        seconds[label] += (performance.now() - start) / 1000;
        return result;
      };
      const proveWith = async (
        name: CircuitName,
        setName: SetName,
        inputsOf: (opened: { set: PublishedSet; tree: RowTree; setId: bigint }) => Signals | Promise<Signals>,
      ) => {
        const circuit = await stage("loading keys", () => circuits.open(name));
        const set = market.sets[setName];
        const tree = await stage("building the tree", async () => trees.get(set) ?? (await buildRowTree(set)));
        trees.set(set, tree);
        const inputs = { set, tree, setId: SET_IDS[setName] };
        const witness = await stage("computing the witness", async () => circuit.calculate(await inputsOf(inputs)));
        const { proof } = await stage("proving", () => circuit.prove(witness));
        return { setup: circuit.setup, proof };
      };

      const { timestamp } = market;
      const proofs: Record<string, unknown> = {};
      if (needsAttest(claims)) {
        const signals = attestSignals(claims, bucketsOf(market), about);
        proofs.attest = await proveWith("attest", "maintenance", (opened) =>
          attestInputs({ account, ...opened, timestamp, signals }),
        );
      }
      if (claims.coverageAtLeast !== undefined) {
        const { set: setName, coverage } = claims.coverageAtLeast;
        const circuit = request.circuit ?? circuitFor(account.positions.length);
        const made = await proveWith(circuit, setName, (opened) => {
          const { requirementRoot } = opened.set;
          const statement = { account, ...opened, requirementRoot, timestamp, coverage, context };
          return marginInputs(statement, CIRCUITS[circuit].positions);
        });
        proofs.coverage = { circuit, ...made };
      }

      const attestation = AttestationFile.parse({ $schema: "urn:tacit:attestation", ...said, proofs });
      const verdict = await stage("verifying", () => verifyAttestation(attestation, { market }));
      if (!verdict.valid) {
        throw new TacitError("PROOF_REFUSED", `the attestation just made does not verify: ${verdict.reason}`, {
          hint: "The key may be damaged: run `npm run build`, then try again.",
        });
      }
      const peakMemory = typeof process === "undefined" ? 0 : process.resourceUsage().maxRSS * 1024;
      return { attestation, cost: { seconds, peakMemory } };
    },
    [Symbol.asyncDispose]: circuits.close,
  };
}

/** Everything that an attestation says, in the words of its file. @throws TacitError `BAD_TEXT` */
function describe({ market, claims, audience, purpose, expires, nonce }: AttestationRequest, commitment: bigint) {
  const read = AttestationFile.omit({ $schema: true, proofs: true }).safeParse({
    version: 1,
    commitment: commitment.toString(),
    market: formatRoot(market.hash),
    claims: writeClaims(claims),
    audience,
    purpose,
    expires,
    ...(nonce === undefined ? {} : { nonce }),
  });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new TacitError("BAD_TEXT", `${issue?.path.join(".")} ${issue?.message}`);
}
