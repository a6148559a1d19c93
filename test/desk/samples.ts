import type { Offer } from "../../prover/desk/offer.ts";
import { makeOffer } from "../../prover/desk/offer.ts";
import { Price, Quantity } from "../../prover/units/units.ts";

export const VAULT = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
export const [ALICE, BOB, CAROL] = [11n << 200n, 22n << 200n, 33n << 200n];
export const EXPIRY = 1_770_300_000;

export const quantity = (text: string): Quantity => Quantity.parse(text, "quantity");

/** Bob sells 2.5 at 73,012.25. */
export const offer = (more: Partial<Omit<Offer, "id">> = {}): Offer =>
  makeOffer({
    chainId: 31337n,
    vault: VAULT,
    maker: BOB,
    instrument: { id: 256, name: "BTC-PERPETUAL" },
    side: "sell",
    quantity: quantity("2.5"),
    price: Price.parse("73012.25", "price"),
    expiry: EXPIRY,
    ...more,
  });
