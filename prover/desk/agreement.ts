import { getAddress } from "ethers";
import { z } from "zod";
import { type Ticket, ticketHash } from "../account/ticket.ts";
import { ticketTerms, type VaultPlace } from "../chain/vault.ts";
import { TacitError } from "../units/errors.ts";
import { parseSecretDecimal, parseSecretJson } from "../units/secret.ts";
import { Cash, Price, Quantity } from "../units/units.ts";
import type { Offer } from "./offer.ts";
import { fields, hex128, hexAccount, random128, samePlace, sidesOf } from "./place.ts";

/** What two accounts agreed on, whole: a ticket with its meaning. Secret; both of them keep it. */
export interface Agreement extends VaultPlace {
  /** The offer that it is a part of. */
  readonly offer: bigint;
  readonly instrument: { readonly id: number; readonly name: string };
  readonly buyer: bigint;
  readonly seller: bigint;
  /** Positive. */
  readonly quantity: Quantity;
  readonly price: Price;
  /** Unix seconds, the last at which it may be filled. */
  readonly expiry: number;
  /** 128 random bits, without which the rest could be guessed from the hash. */
  readonly salt: bigint;
}

/** The JSON file of a ticket, version 1. */
export const ticketSchema = z.strictObject({
  $schema: z.literal("urn:tacit:ticket"),
  version: z.literal(1),
  chainId: fields.chainId,
  vault: fields.address,
  offer: fields.bits128,
  instrument: fields.instrument,
  buyer: fields.account,
  seller: fields.account,
  /** In units of the instrument, at most 6 places. */
  quantity: z.string(),
  /** USD per unit, at most 6 places. */
  price: z.string(),
  expiry: fields.time,
  salt: fields.bits128,
  /** The public name: the hash of everything above. */
  ticket: fields.element,
});

/**
 * Accepts an offer, or a part of it.
 * @param taker the account that accepts
 * @param quantity positive, at most the offer's
 * @throws TacitError `SELF_TRADE`, `BAD_QUANTITY`, `MORE_THAN_OFFERED`
 */
export function accept(offer: Offer, taker: bigint, quantity: Quantity): Agreement {
  if (taker === offer.maker) throw selfTrade();
  if (quantity <= 0n) throw new TacitError("BAD_QUANTITY", "the quantity to accept is not positive");
  if (quantity > offer.quantity) {
    throw new TacitError("MORE_THAN_OFFERED", "the quantity to accept is more than the offer's", {
      hint: "Accept all of it, or less.",
    });
  }
  const [buyer, seller] = offer.side === "buy" ? [offer.maker, taker] : [taker, offer.maker];
  const { chainId, vault, instrument, price, expiry } = offer;
  return { chainId, vault, offer: offer.id, instrument, buyer, seller, quantity, price, expiry, salt: random128() };
}

/** The ticket as circuits and contracts know it. Side 1 is the smaller account id's, whoever buys. */
export function ticketOf(agreement: Agreement): Ticket & { readonly side1: bigint; readonly side2: bigint } {
  const { buyer, seller, instrument, price, salt, expiry } = agreement;
  const [side1, side2] = sidesOf(buyer, seller);
  const quantity = (side1 === buyer ? agreement.quantity : -agreement.quantity) as Quantity;
  const cash = Cash.of(-quantity * price, "the ticket's cash");
  const terms = ticketTerms(agreement, side1, side2, expiry);
  return { id: instrument.id, quantity, cash, salt, terms, side1, side2 };
}

/** The side that an account takes. @throws TacitError `NOT_YOUR_TICKET` */
export function sideOf(agreement: Agreement, account: bigint): 1n | -1n {
  const { side1, side2 } = ticketOf(agreement);
  if (account === side1) return 1n;
  if (account === side2) return -1n;
  throw new TacitError("NOT_YOUR_TICKET", "the ticket is between two other accounts");
}

export const counterparty = ({ buyer, seller }: Agreement, account: bigint): bigint =>
  account === buyer ? seller : buyer;

/**
 * Checks that a ticket is a part of an offer, as its maker made it.
 * @throws TacitError `NOT_THIS_OFFER` naming the field that was changed, `MORE_THAN_OFFERED`
 */
export function requirePartOf(agreement: Agreement, offer: Offer): void {
  const refuse = (what: string): never => {
    throw new TacitError("NOT_THIS_OFFER", `the ticket has another ${what} than the offer`, {
      hint: "It is for another offer, or was changed after it was accepted: do not settle it.",
    });
  };
  if (agreement.offer !== offer.id) refuse("name");
  if (!samePlace(agreement, offer)) refuse("chain or vault");
  if ((offer.side === "buy" ? agreement.buyer : agreement.seller) !== offer.maker) refuse("maker, or side");
  if (agreement.instrument.id !== offer.instrument.id) refuse("instrument");
  if (agreement.price !== offer.price) refuse("price");
  if (agreement.expiry !== offer.expiry) refuse("expiry");
  if (agreement.quantity > offer.quantity) {
    throw new TacitError("MORE_THAN_OFFERED", "the ticket is for more than was offered");
  }
}

/**
 * Reads a ticket, and checks that its public name is that of what it holds.
 * @throws TacitError `BAD_JSON`, `BAD_FIELD`, `BAD_DECIMAL`, `OUT_OF_RANGE`, `BAD_QUANTITY`, `BAD_PRICE`, `SELF_TRADE`, `BAD_TICKET`
 */
export async function readTicket(text: string, file: string): Promise<{ agreement: Agreement; hash: bigint }> {
  const raw = parseSecretJson(text, file, ticketSchema, "Ask whom you trade with for the ticket's file again.");
  const agreement: Agreement = {
    chainId: BigInt(raw.chainId),
    vault: getAddress(raw.vault),
    offer: BigInt(raw.offer),
    instrument: raw.instrument,
    buyer: BigInt(raw.buyer),
    seller: BigInt(raw.seller),
    quantity: parseSecretDecimal(Quantity, raw.quantity, `${file}: quantity`),
    price: parseSecretDecimal(Price, raw.price, `${file}: price`),
    expiry: raw.expiry,
    salt: BigInt(raw.salt),
  };
  if (agreement.quantity <= 0n) throw new TacitError("BAD_QUANTITY", `${file}: quantity is not positive`);
  if (agreement.price <= 0n) throw new TacitError("BAD_PRICE", `${file}: price is not positive`);
  if (agreement.buyer === agreement.seller) throw selfTrade();
  const hash = await ticketHash(ticketOf(agreement));
  if (String(hash) !== raw.ticket) {
    throw new TacitError("BAD_TICKET", `${file}: the ticket's name is not that of what the file holds`, {
      hint: "It was changed by hand or damaged: ask whom you trade with for another.",
    });
  }
  return { agreement, hash };
}

/** The text of a ticket's file, secrets included. */
export async function formatTicket(agreement: Agreement): Promise<string> {
  const file: z.infer<typeof ticketSchema> = {
    $schema: "urn:tacit:ticket",
    version: 1,
    chainId: String(agreement.chainId),
    vault: agreement.vault,
    offer: hex128(agreement.offer),
    instrument: agreement.instrument,
    buyer: hexAccount(agreement.buyer),
    seller: hexAccount(agreement.seller),
    quantity: Quantity.format(agreement.quantity),
    price: Price.format(agreement.price),
    expiry: agreement.expiry,
    salt: hex128(agreement.salt),
    ticket: String(await ticketHash(ticketOf(agreement))),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

const selfTrade = (): TacitError =>
  new TacitError("SELF_TRADE", "an account cannot trade with itself", { hint: "Accept it with another account." });
