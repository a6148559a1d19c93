import { TacitError } from "../units/errors.ts";
import type { Quantity } from "../units/units.ts";
import type { Agreement } from "./agreement.ts";
import type { Offer } from "./offer.ts";

/** A part of an offer that was accepted, and what became of it. */
export interface Part {
  readonly ticket: bigint;
  readonly quantity: Quantity;
  readonly expiry: number;
  /** The chain filled it. */
  readonly filled: boolean;
  /** One of the two withdrew it on chain: it can never be filled. */
  readonly cancelled: boolean;
}

/**
 * What an offer has left: its quantity less all parts that were filled or still can be.
 * @param now unix seconds of the chain
 */
export function remaining(offer: Offer, parts: readonly Part[], now: number): Quantity {
  const bound = parts.filter(({ filled, cancelled, expiry }) => filled || (!cancelled && now <= expiry));
  return (offer.quantity - bound.reduce((sum, { quantity }) => sum + quantity, 0n)) as Quantity;
}

/**
 * Refuses a part that the offer has no room for any more. One that is among its parts already is none more.
 * @throws TacitError `MORE_THAN_LEFT`
 */
export function requireLeft(
  offer: Offer,
  parts: readonly Part[],
  now: number,
  part: { readonly ticket: bigint } & Pick<Agreement, "quantity">,
): void {
  const others = parts.filter(({ ticket }) => ticket !== part.ticket);
  if (part.quantity <= remaining(offer, others, now)) return;
  // The amounts are the offer's secret; who runs this has both files.
  throw new TacitError("MORE_THAN_LEFT", "the ticket is for more than the offer has left", {
    hint: "Other parts were accepted meanwhile: ask for a ticket of less, or cancel theirs.",
  });
}
