import { type Signer, type TypedDataField, ZeroAddress } from "ethers";
import type { Place } from "./context.ts";
import type { TypedData } from "./signers.ts";

const address = (name: string): TypedDataField => ({ name, type: "address" });

/** What each kind of consent is over, between the account's id and who relays it. */
const ARGUMENTS = {
  Update: [
    { name: "commitment", type: "uint256" },
    { name: "size", type: "uint8" },
  ],
  Cure: [{ name: "epoch", type: "uint32" }],
  Pledge: [address("beneficiary"), { name: "coverage", type: "uint32" }],
  Retract: [address("beneficiary")],
} as const satisfies Record<string, readonly TypedDataField[]>;

/** An act that an owner agrees to: its kind, and its arguments by name. */
export type Act =
  | { readonly kind: "Update"; readonly commitment: bigint; readonly size: number }
  | { readonly kind: "Cure"; readonly epoch: number }
  | { readonly kind: "Pledge"; readonly beneficiary: string; readonly coverage: number }
  | { readonly kind: "Retract"; readonly beneficiary: string };

/** How an owner agrees to a call, as `IMarginGate.Consent` has it. */
export interface Consent {
  readonly relayer: string;
  /** Unix seconds. */
  readonly deadline: number;
  readonly signature: string;
}

/** As a relayer: anybody may submit. */
export const NOBODY = ZeroAddress;

/** For an owner who sends the call. */
export const IN_PERSON: Consent = { relayer: NOBODY, deadline: 0, signature: "0x" };

/** For whom a consent is, and how long. `relayer` is the only sender who may use it; anybody without one. */
export interface Terms {
  readonly id: bigint;
  /** The account's count of its owner's acts: any later act voids the consent. */
  readonly consents: number;
  /** Unix seconds. */
  readonly deadline: number;
  readonly relayer?: string;
}

/** What the owner signs. */
export function consentTypedData(
  place: Place,
  act: Act,
  { id, consents, deadline, relayer = NOBODY }: Terms,
): TypedData {
  const { kind, ...values } = act;
  const types = {
    [kind]: [
      { name: "id", type: "uint256" },
      ...ARGUMENTS[kind],
      address("relayer"),
      { name: "consents", type: "uint32" },
      { name: "deadline", type: "uint40" },
    ],
  };
  return {
    domain: { name: "Tacit margin gate", version: "1", chainId: place.chainId, verifyingContract: place.gate },
    types,
    message: { id, ...values, relayer, consents, deadline },
  };
}

/** The owner's signature under an act, for somebody else to submit. */
export async function consentTo(owner: Signer, place: Place, act: Act, terms: Terms): Promise<Consent> {
  const { domain, types, message } = consentTypedData(place, act, terms);
  const signature = await owner.signTypedData(domain, types, message);
  return { relayer: terms.relayer ?? NOBODY, deadline: terms.deadline, signature };
}
