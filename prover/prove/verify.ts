import { loadVerificationKey } from "#artifacts";
import { CIRCUITS, MARGIN_NAMES } from "../generated/circuits.ts";
import type { SetName } from "../market/types.ts";
import type { Coverage } from "../units/units.ts";
import { checkPairing } from "./pairing.ts";
import { offchainContext, ProofFile, type PublicSignals } from "./proofFile.ts";

/** What the verifier knows by itself; every field of it is compared with the proof's public signals. */
export interface Expected {
  /** A market, or just its hash and requirement roots, from somebody the verifier trusts. */
  readonly market: KnownMarket;
  readonly coverage?: Coverage;
  readonly commitment?: bigint;
  /** Absent: that of an off-chain proof for this market. */
  readonly context?: bigint;
}

/** What of a market a proof is compared with. */
export interface KnownMarket {
  readonly hash: bigint;
  readonly sets: Readonly<Record<SetName, { readonly requirementRoot: bigint }>>;
}

/** `reason` says in words which statement does not hold; `healthy` is the proven bit. */
export type Verdict =
  | { readonly valid: true; readonly healthy: boolean }
  | { readonly valid: false; readonly reason: string };

/**
 * Checks a proof, which is somebody else's file whatever its type says, against what the verifier knows. Its words count
 * for nothing: the requirement root comes from the market, the key from the build, every signal is compared.
 */
export async function verifyProof(given: unknown, expected: Expected): Promise<Verdict> {
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
  const key = await loadVerificationKey(margin);
  const inOrder = circuit.signals.map((signal) => signals[signal as keyof PublicSignals]);
  const refusal = await checkPairing(key, inOrder, file.proof);
  return refusal === null ? { valid: true, healthy: signals.healthy === "1" } : invalid(refusal);
}

const invalid = (reason: string): Verdict => ({ valid: false, reason });

const MISMATCH = {
  requirementRoot: "it was made against another market, epoch or requirement set",
  context: "it was made for another purpose or another market file",
  coverage: "it states another coverage",
  commitment: "it is about another account",
} as const;
