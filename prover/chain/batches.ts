import type { ProofFile } from "../prove/proofFile.ts";

/** Proofs of any circuits and sets as batches for `Gate.proveMany`: one a verification key and set, all in their order. */
export function batchesOf<P extends { readonly proof: Pick<ProofFile, "circuit" | "set"> }>(
  proofs: readonly P[],
): P[][] {
  const batches = new Map<string, P[]>();
  for (const item of proofs) {
    const kind = `${item.proof.circuit} ${item.proof.set}`;
    const batch = batches.get(kind);
    if (batch === undefined) batches.set(kind, [item]);
    else batch.push(item);
  }
  return [...batches.values()];
}
