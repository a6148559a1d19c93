import type { Signer } from "ethers";
import { ticketHash } from "../account/ticket.ts";
import { type Change, MODES } from "../account/transition.ts";
import { type Consent, NOBODY } from "../chain/consent.ts";
import type { TypedData } from "../chain/signers.ts";
import type { VaultPlace } from "../chain/vault.ts";

/** A transition that an owner agrees to: what the vault shows the circuit and the token of it. What a mode does not use is 0. */
export interface AgreedTransition {
  readonly id: bigint;
  /** The new one. */
  readonly commitment: bigint;
  readonly mode: number;
  readonly subject: bigint;
  readonly amount: bigint;
  readonly terms: bigint;
  readonly feeBound: bigint;
  /** Who receives a withdrawal. */
  readonly recipient: string;
  /** The account's after a `move`. */
  readonly size: number;
}

/**
 * What of a change is agreed to.
 * @param beside.recipient of a withdrawal
 * @param beside.size of the account after a move
 */
export async function agreedTransition(
  id: bigint,
  commitment: bigint,
  change: Change,
  beside: { readonly recipient?: string; readonly size?: number } = {},
): Promise<AgreedTransition> {
  const nothing = { subject: 0n, amount: 0n, terms: 0n, feeBound: 0n, recipient: NOBODY, size: 0 };
  const base = { ...nothing, id, commitment, mode: Number(MODES[change.mode]) };
  switch (change.mode) {
    case "transfer": {
      const recipient = change.amount < 0n ? (beside.recipient ?? NOBODY) : NOBODY;
      return { ...base, subject: BigInt(change.asset), amount: change.amount, recipient };
    }
    case "fill":
    case "reduce": {
      const { ticket, side } = change;
      const feeBound = change.mode === "reduce" ? change.feeBound : 0n;
      return { ...base, subject: await ticketHash(ticket), amount: side, terms: ticket.terms, feeBound };
    }
    case "move":
      return { ...base, size: beside.size ?? 0 };
    default:
      return base;
  }
}

/** For whom a consent to a transition is, and how long. `relayer` is the only sender who may use it; anybody without one. */
export interface ConsentTerms {
  /** The account's transitions before this one: any other voids the consent. */
  readonly nonce: number;
  /** Unix seconds. */
  readonly deadline: number;
  readonly relayer?: string;
}

const FIELDS = [
  { name: "id", type: "uint256" },
  { name: "commitment", type: "uint256" },
  { name: "mode", type: "uint8" },
  { name: "subject", type: "uint256" },
  { name: "amount", type: "int256" },
  { name: "terms", type: "uint256" },
  { name: "feeBound", type: "uint256" },
  { name: "recipient", type: "address" },
  { name: "size", type: "uint8" },
  { name: "relayer", type: "address" },
  { name: "nonce", type: "uint32" },
  { name: "deadline", type: "uint40" },
];

/** What the owner signs. */
export function transitionTypedData(
  { chainId, vault }: VaultPlace,
  transition: AgreedTransition,
  { nonce, deadline, relayer = NOBODY }: ConsentTerms,
): TypedData {
  return {
    domain: { name: "Tacit vault", version: "1", chainId, verifyingContract: vault },
    types: { Transition: FIELDS },
    message: { ...transition, relayer, nonce, deadline },
  };
}

/** The owner's signature under a transition, for somebody else to submit. */
export async function consentToTransition(
  owner: Signer,
  place: VaultPlace,
  transition: AgreedTransition,
  terms: ConsentTerms,
): Promise<Consent> {
  const { domain, types, message } = transitionTypedData(place, transition, terms);
  const signature = await owner.signTypedData(domain, types, message);
  return { relayer: terms.relayer ?? NOBODY, deadline: terms.deadline, signature };
}
