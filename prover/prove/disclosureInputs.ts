import { type Disclosure, digest, disclose } from "../account/disclosure.ts";
import { type AccountState, encodeState } from "../account/state.ts";
import type { Point } from "../hash/babyjub.ts";
import type { Signals } from "./inputs.ts";

/** What a disclosure proof states. */
export interface DisclosureStatement {
  readonly state: AccountState;
  readonly guardian: Point;
  /** 251 random bits, used once. */
  readonly secret: bigint;
  /** The contract's, from what is disclosed. */
  readonly challenge: (disclosure: Disclosure, guardian: Point) => bigint;
}

/** The inputs of `disclose`, and what is sent beside the proof. @throws TacitError `BAD_POINT`, `BAD_STATE` */
export async function disclosureInputs(
  statement: DisclosureStatement,
): Promise<{ inputs: Signals; disclosure: Disclosure }> {
  const { state, guardian, secret } = statement;
  const disclosure = await disclose(state, guardian, secret);
  const challenge = statement.challenge(disclosure, guardian);
  const [, ...plain] = encodeState(state);
  const inputs = {
    commitment: disclosure.commitment,
    guardianX: guardian[0],
    guardianY: guardian[1],
    ephemeralX: disclosure.ephemeral[0],
    ephemeralY: disclosure.ephemeral[1],
    challenge,
    digest: digest(disclosure.cipher, challenge),
    plain,
    secret,
  };
  return { inputs, disclosure };
}
