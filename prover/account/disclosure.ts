import { type Point, publicPoint, requireStrong, sharedPoint } from "../hash/babyjub.ts";
import { FIELD, loadPermutation, loadPoseidon, textTag } from "../hash/poseidon.ts";
import { TacitError } from "../units/errors.ts";
import { type AccountState, COMMITMENT_TAG, commit, decodeState, encodeState } from "./state.ts";

/** A state as its guardian receives it. */
export interface Disclosure {
  readonly commitment: bigint;
  /** The sender's point, of a secret that is used once. */
  readonly ephemeral: Point;
  /** The hash inputs of the commitment after its tag, each plus an element of the stream: 14 in all. */
  readonly cipher: readonly bigint[];
}

const KEY_TAG = textTag("tacit/disclosure");
const LENGTH = 14;

/** Encrypts a state to a guardian. @param secret 251 random bits. @throws TacitError `BAD_POINT`, `BAD_STATE` */
export async function disclose(state: AccountState, guardian: Point, secret: bigint): Promise<Disclosure> {
  await requireStrong(guardian);
  const commitment = await commit(state);
  const stream = await keyStream(await sharedPoint(guardian, secret), commitment);
  const [, ...plain] = encodeState(state);
  const cipher = plain.map((value, i) => (value + (stream[i] ?? 0n)) % FIELD);
  return { commitment, ephemeral: await publicPoint(secret), cipher };
}

/**
 * The state behind a commitment, by its guardian's secret.
 * @throws TacitError `NOT_FOR_THIS_KEY` when the text does not open the commitment: another guardian's, or garbage
 */
export async function readDisclosure({ commitment, ephemeral, cipher }: Disclosure, secret: bigint) {
  const stream = await keyStream(await sharedPoint(ephemeral, secret), commitment);
  const plain = cipher.map((value, i) => (value - (stream[i] ?? 0n) + FIELD) % FIELD);
  if (plain.length === LENGTH && (await loadPoseidon())([COMMITMENT_TAG, ...plain]) === commitment) {
    return decodeState([COMMITMENT_TAG, ...plain]);
  }
  throw new TacitError("NOT_FOR_THIS_KEY", "the text does not open the commitment with this key", {
    hint: "The account may have another guardian, or its guardian's key was rotated.",
  });
}

/** The ciphertext as a polynomial at a challenge that is hashed from it: what the circuit proves instead of each element. */
export function digest(cipher: readonly bigint[], challenge: bigint): bigint {
  return cipher.reduceRight((sum, value) => (value + challenge * sum) % FIELD, 0n);
}

/** The commitment takes part, so that a secret used twice gives two streams. */
async function keyStream([x, y]: Point, commitment: bigint): Promise<bigint[]> {
  const absorbed = [x, y, commitment, ...Array.from({ length: 13 }, () => 0n)];
  return (await loadPermutation())(KEY_TAG, absorbed).slice(1, 1 + LENGTH);
}
