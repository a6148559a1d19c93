import { loadVerificationKey } from "#artifacts";
import { CIRCUITS, type CircuitName, MARGIN_NAMES } from "../generated/circuits.ts";
import { formatRoot } from "../market/file.ts";
import { isoTime } from "../market/time.ts";
import type { Market } from "../market/types.ts";
import { checkPairing } from "../prove/pairing.ts";
import type { ProofFile } from "../prove/proofFile.ts";
import { TacitError } from "../units/errors.ts";
import { bucketsOf } from "./buckets.ts";
import { type Claims, needsAttest, type Statement, statements } from "./claims.ts";
import { attestationContext } from "./context.ts";
import { AttestationFile, readClaims } from "./file.ts";
import { attestSignals, inOrder } from "./signals.ts";

/** What whoever verifies knows by itself. What is absent is not compared: the file then says it alone. */
export interface AttestationExpected {
  /** Opened from the bytes of its file: its hash and all words about it are taken from here. */
  readonly market: Market;
  /** Unix seconds; now when absent. */
  readonly at?: number;
  readonly commitment?: bigint;
  readonly audience?: string;
  readonly purpose?: string;
  readonly nonce?: string;
}

/** `statements` is what was proven, no more and no less; `circuits` with which. `reason` says what does not hold. */
export type AttestationVerdict =
  | {
      readonly valid: true;
      readonly claims: Claims;
      readonly statements: readonly Statement[];
      readonly circuits: readonly CircuitName[];
    }
  | { readonly valid: false; readonly reason: string };

/**
 * Checks an attestation, which is somebody else's file whatever its type says, without any chain. Every public signal is
 * computed from its words and the market; the file has none of its own to be believed.
 */
export async function verifyAttestation(given: unknown, expected: AttestationExpected): Promise<AttestationVerdict> {
  const read = AttestationFile.safeParse(given);
  if (!read.success) return invalid(`it is not an attestation: ${read.error.issues[0]?.path.join(".")}`);
  const file = read.data;
  const { market, at = Math.floor(Date.now() / 1000) } = expected;
  const mismatch = differs(file, expected);
  if (mismatch !== undefined) return invalid(mismatch);
  if (!(at < file.expires)) return invalid(`it expired at ${isoTime(file.expires)}`);
  const { proofs } = file;
  try {
    const claims = readClaims(file.claims);
    const buckets = bucketsOf(market);
    const { maintenance } = market.sets;
    const about = {
      commitment: BigInt(file.commitment),
      requirementRoot: maintenance.requirementRoot,
      context: await attestationContext(market.hash, file),
    };
    if (needsAttest(claims) !== (proofs.attest !== undefined)) return invalid("its proofs are not those of its claims");
    if ((claims.coverageAtLeast === undefined) !== (proofs.coverage === undefined)) {
      return invalid("its proofs are not those of its claims");
    }
    const words = statements(claims, buckets);
    const circuits: CircuitName[] = [];
    if (proofs.attest !== undefined) {
      const signals = inOrder(CIRCUITS.attest.signals, attestSignals(claims, buckets, about));
      const refusal = await check("attest", signals, proofs.attest);
      if (refusal !== undefined) return invalid(refusal);
      circuits.push("attest");
    }
    if (proofs.coverage !== undefined && claims.coverageAtLeast !== undefined) {
      const { circuit } = proofs.coverage;
      const name = MARGIN_NAMES.find((known) => known === circuit);
      if (name === undefined) return invalid(`there is no circuit ${circuit}`);
      const { set, coverage } = claims.coverageAtLeast;
      const signals = {
        healthy: 1n,
        ...about,
        requirementRoot: market.sets[set].requirementRoot,
        coverage: coverage as bigint,
      };
      const values = CIRCUITS[name].signals.map((signal) => signals[signal].toString());
      const refusal = await check(name, values, proofs.coverage);
      if (refusal !== undefined) return invalid(refusal);
      circuits.push(name);
    }
    return { valid: true, claims, statements: words, circuits };
  } catch (error) {
    // Claims that contradict each other, or are about a bucket that the market has not.
    if (error instanceof TacitError && CLAIM_ERRORS.includes(error.code)) return invalid(error.message);
    throw error;
  }
}

const CLAIM_ERRORS = ["NO_CLAIM", "DUPLICATE", "EMPTY_BAND", "UNKNOWN_UNDERLYING"];

const invalid = (reason: string): AttestationVerdict => ({ valid: false, reason });

function differs(file: AttestationFile, expected: AttestationExpected): string | undefined {
  if (file.market !== formatRoot(expected.market.hash)) return "it is about another market file";
  if (expected.commitment !== undefined && BigInt(file.commitment) !== expected.commitment) {
    return "it is about another account";
  }
  for (const name of ["audience", "purpose", "nonce"] as const) {
    if (expected[name] !== undefined && file[name] !== expected[name]) return `it has another ${name}`;
  }
  return undefined;
}

async function check(
  name: CircuitName,
  signals: readonly string[],
  { setup, proof }: Pick<ProofFile, "setup" | "proof">,
): Promise<string | undefined> {
  const own = CIRCUITS[name].setup;
  if (setup !== own) return `the key of ${name} is a ${own} key, not a ${setup} one`;
  const refusal = await checkPairing(await loadVerificationKey(name), signals, proof);
  return refusal === null
    ? undefined
    : `${refusal}: what the file says is not what was proven with ${name}, or was made for another market or purpose`;
}
