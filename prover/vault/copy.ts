import { concat, getBytes, toBeHex, toBigInt } from "ethers";
import { type AccountState, COMMITMENT_TAG, decodeState, encodeState } from "../account/state.ts";
import { TacitError } from "../units/errors.ts";

/** 32 bytes from the system's CSPRNG that an owner keeps: whoever has them reads every copy. */
export type CopyKey = Uint8Array<ArrayBuffer>;

const ELEMENT = 32;
/** The hash inputs of a commitment but for its tag and the account id, which are known: cash, words, salt. */
const ELEMENTS = 13;
const NONCE = 12;

/** Bytes of every copy, whatever the account holds: nonce, 13 elements of 32 bytes, tag. */
export const COPY_BYTES = NONCE + ELEMENTS * ELEMENT + 16;

/**
 * A state encrypted for its own owner: AES-256-GCM under a key derived for the account, bound to account id and commitment.
 * @throws TacitError `BAD_STATE`
 */
export async function sealCopy(
  key: CopyKey,
  state: AccountState,
  commitment: bigint,
): Promise<Uint8Array<ArrayBuffer>> {
  const [, accountId = 0n, ...elements] = encodeState(state);
  const plain = bytesOf(elements);
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = await crypto.subtle.encrypt(
    await algorithm(iv, accountId, commitment),
    await keyOf(key, accountId),
    plain,
  );
  return new Uint8Array([...iv, ...new Uint8Array(sealed)]);
}

/**
 * The state behind a commitment, by its owner's key.
 * @throws TacitError `NOT_OUR_COPY` for another key's, another account's or another commitment's copy, or garbage
 */
export async function openCopy(
  key: CopyKey,
  copy: Uint8Array<ArrayBuffer>,
  { accountId, commitment }: { readonly accountId: bigint; readonly commitment: bigint },
): Promise<AccountState> {
  const refused = (cause?: unknown) =>
    new TacitError("NOT_OUR_COPY", "the copy does not open with this store's key", {
      hint: "It was made under another store, or is not of this account; its guardian can read the state as well.",
      cause,
    });
  if (copy.length !== COPY_BYTES) throw refused();
  try {
    const how = await algorithm(copy.slice(0, NONCE), accountId, commitment);
    const plain = await crypto.subtle.decrypt(how, await keyOf(key, accountId), copy.slice(NONCE));
    return decodeState([COMMITMENT_TAG, accountId, ...elementsOf(new Uint8Array(plain))]);
  } catch (cause) {
    throw refused(cause);
  }
}

/** A key of its own for every account, so that nonces are drawn at random without a bound on accounts. */
async function keyOf(key: CopyKey, accountId: bigint): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode("tacit/copy/1");
  const how = { name: "HKDF", hash: "SHA-256", salt: bytesOf([accountId]), info };
  return crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const algorithm = async (iv: Uint8Array<ArrayBuffer>, accountId: bigint, commitment: bigint) => ({
  name: "AES-GCM",
  iv,
  additionalData: bytesOf([accountId, commitment]),
});

const bytesOf = (elements: readonly bigint[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(getBytes(concat(elements.map((element) => toBeHex(element, ELEMENT)))));

const elementsOf = (bytes: Uint8Array): bigint[] =>
  Array.from({ length: bytes.length / ELEMENT }, (_, i) => toBigInt(bytes.subarray(i * ELEMENT, (i + 1) * ELEMENT)));
