import { AbiCoder, keccak256 } from "ethers";
import type { Disclosure } from "../account/disclosure.ts";
import type { Point } from "../hash/babyjub.ts";

/** What a proof may be made for, numbered as the gate's `Action`. */
export const ACTIONS = { prove: 0, flag: 1, cure: 2 } as const;
export type Action = keyof typeof ACTIONS;

/** The gate on its chain. */
export interface Place {
  readonly chainId: bigint;
  readonly gate: string;
}

/** Shifted so that it fits 248 bits, below the field's order. */
const hash248 = (types: string[], values: unknown[]): bigint =>
  BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(types, values))) >> 8n;

/** The id of the owner's account number `index`, known before it is opened because its commitment contains it. */
export function accountId(place: Place, owner: string, index: bigint): bigint {
  return hash248(["uint256", "address", "address", "uint256"], [place.chainId, place.gate, owner, index]);
}

/**
 * The public signal `context` of a proof that `caller` will submit, as the gate computes it.
 * @param nonce how many proofs the gate has accepted for the account; a flag's context has none, so nothing voids it, nor has
 * that of a proof which the gate's vault submits: it is 0
 */
export function gateContext(place: Place, id: bigint, action: Action, caller: string, nonce: bigint): bigint {
  return hash248(
    ["uint256", "address", "uint256", "uint8", "address", "uint32"],
    [place.chainId, place.gate, id, ACTIONS[action], caller, action === "flag" ? 0n : nonce],
  );
}

/** The public signal `challenge` of a disclosure, as a contract computes it from what was sent. */
export function disclosureChallenge({ commitment, ephemeral, cipher }: Disclosure, guardian: Point): bigint {
  return hash248(["uint256", "uint256[2]", "uint256[2]", "uint256[14]"], [commitment, guardian, ephemeral, cipher]);
}
