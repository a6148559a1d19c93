import { loadPoseidon, textTag, toField } from "../hash/poseidon.ts";
import type { Cash, Quantity } from "../units/units.ts";

/** What two accounts agreed to trade. Secret but for `terms`: whoever knows the salt can guess the rest from the hash. */
export interface Ticket {
  readonly id: number;
  /** What the side 1 receives, signed; the side -1 gives exactly that. */
  readonly quantity: Quantity;
  /** What the side 1 receives in cash, signed: minus quantity times price where it buys. */
  readonly cash: Cash;
  /** 128 random bits. */
  readonly salt: bigint;
  /** Chain, contract, both accounts and expiry, hashed by the contract. */
  readonly terms: bigint;
}

const TAG = textTag("tacit/ticket");

/** The public name of a ticket. */
export async function ticketHash({ id, quantity, cash, salt, terms }: Ticket): Promise<bigint> {
  return (await loadPoseidon())([TAG, BigInt(id), toField(quantity), toField(cash), salt, terms]);
}
