import { getAddress } from "ethers";
import { z } from "zod";
import type { VaultPlace } from "../chain/vault.ts";
import { isoTime } from "../market/time.ts";
import { TacitError } from "../units/errors.ts";
import { parseSecretDecimal, parseSecretJson } from "../units/secret.ts";
import { Price, Quantity } from "../units/units.ts";
import { fields, hex128, hexAccount, random128 } from "./place.ts";

/** What its maker buys or sells: read from its own side. */
export type OfferSide = "buy" | "sell";

/** What a maker is willing to trade, and with whom it is handed to. Secret: it says what an account is about to do. */
export interface Offer extends VaultPlace {
  /** 128 random bits, by which its maker knows it again. */
  readonly id: bigint;
  readonly maker: bigint;
  readonly instrument: { readonly id: number; readonly name: string };
  readonly side: OfferSide;
  /** The most that may be accepted in all, positive. */
  readonly quantity: Quantity;
  /** Positive. */
  readonly price: Price;
  /** Unix seconds, the last. */
  readonly expiry: number;
}

/** The JSON file of an offer, version 1. */
export const offerSchema = z.strictObject({
  $schema: z.literal("urn:tacit:offer"),
  version: z.literal(1),
  chainId: fields.chainId,
  vault: fields.address,
  offer: fields.bits128,
  maker: fields.account,
  instrument: fields.instrument,
  side: z.enum(["buy", "sell"]),
  /** In units of the instrument, at most 6 places. */
  quantity: z.string(),
  /** USD per unit, at most 6 places. */
  price: z.string(),
  expiry: fields.time,
});

/** Makes an offer. @throws TacitError `BAD_QUANTITY`, `BAD_PRICE` */
export function makeOffer(offer: Omit<Offer, "id">): Offer {
  return checked({ ...offer, vault: getAddress(offer.vault), id: random128() }, "the offer");
}

function checked(offer: Offer, file: string): Offer {
  if (offer.quantity <= 0n) {
    throw new TacitError("BAD_QUANTITY", `${file}: quantity is not positive`, {
      hint: "`side` says whether its maker buys or sells.",
    });
  }
  if (offer.price <= 0n) throw new TacitError("BAD_PRICE", `${file}: price is not positive`);
  return offer;
}

/** Reads an offer. @throws TacitError `BAD_JSON`, `BAD_FIELD`, `BAD_DECIMAL`, `OUT_OF_RANGE`, `BAD_QUANTITY`, `BAD_PRICE` */
export function readOffer(text: string, file: string): Offer {
  const raw = parseSecretJson(text, file, offerSchema, "Ask its maker for the offer's file again.");
  return checked(
    {
      chainId: BigInt(raw.chainId),
      vault: getAddress(raw.vault),
      id: BigInt(raw.offer),
      maker: BigInt(raw.maker),
      instrument: raw.instrument,
      side: raw.side,
      quantity: parseSecretDecimal(Quantity, raw.quantity, `${file}: quantity`),
      price: parseSecretDecimal(Price, raw.price, `${file}: price`),
      expiry: raw.expiry,
    },
    file,
  );
}

/** The text of an offer's file, secrets included. */
export function formatOffer(offer: Offer): string {
  const file: z.infer<typeof offerSchema> = {
    $schema: "urn:tacit:offer",
    version: 1,
    chainId: String(offer.chainId),
    vault: offer.vault,
    offer: hex128(offer.id),
    maker: hexAccount(offer.maker),
    instrument: offer.instrument,
    side: offer.side,
    quantity: Quantity.format(offer.quantity),
    price: Price.format(offer.price),
    expiry: offer.expiry,
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** @param now unix seconds. @throws TacitError `OFFER_EXPIRED` */
export function requireOpen({ expiry }: Pick<Offer, "expiry">, now: number): void {
  if (now <= expiry) return;
  throw new TacitError("OFFER_EXPIRED", `the offer could be accepted until ${isoTime(expiry)}`, {
    hint: "Ask its maker for another.",
  });
}
