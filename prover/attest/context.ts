import { loadPoseidon, textTag } from "../hash/poseidon.ts";
import type { AttestationFile } from "./file.ts";

/** An attestation without its proofs: all that is said. */
export type Attested = Omit<AttestationFile, "proofs" | "$schema">;

const TAG = textTag("tacit/attestation");

/** Everything that is said, as one text that no other words give: values in a fixed order, what is absent as null. */
export function canonicalText({ version, commitment, claims, audience, purpose, expires, nonce }: Attested): string {
  const { equityAtLeast, coverageAtLeast, netDelta, nothingIn } = claims;
  return JSON.stringify([
    version,
    commitment,
    [
      equityAtLeast ?? null,
      coverageAtLeast === undefined ? null : [coverageAtLeast.set, coverageAtLeast.coverage],
      netDelta.map(({ bucket, low, high }) => [bucket, low, high]),
      nothingIn,
    ],
    audience,
    purpose,
    expires,
    nonce ?? null,
  ]);
}

/**
 * The context of both proofs of an attestation: bound to one market file and to every word that is said. Contexts of
 * contracts are keccak hashes below 2^248, that of a plain off-chain proof is Poseidon's of two elements under another
 * tag: to meet this one, either would have to hit a given Poseidon output.
 * @param marketHash SHA-256 of the market file, shifted right by 8 bits
 */
export async function attestationContext(marketHash: bigint, said: Attested): Promise<bigint> {
  const bytes = new TextEncoder().encode(canonicalText(said));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hash = digest.subarray(0, 31).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return (await loadPoseidon())([TAG, marketHash, hash]);
}
