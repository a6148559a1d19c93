import { digest } from "../../prover/account/disclosure.ts";
import type { Point } from "../../prover/hash/babyjub.ts";
import { FIELD, loadPermutation, textTag } from "../../prover/hash/poseidon.ts";
import type { Signals } from "../../prover/prove/inputs.ts";

/** A whole and consistent disclosure to a point of small order: only the check of the order stands against it. */
export async function smallOrderInputs(honest: Signals, [guardianX, guardianY]: Point): Promise<Signals> {
  const absorbed = [0n, 1n, honest.commitment as bigint, ...Array.from({ length: 13 }, () => 0n)];
  const stream = (await loadPermutation())(textTag("tacit/disclosure"), absorbed).slice(1, 15);
  const cipher = (honest.plain as bigint[]).map((value, i) => (value + (stream[i] ?? 0n)) % FIELD);
  return { ...honest, guardianX, guardianY, digest: digest(cipher, honest.challenge as bigint) };
}
