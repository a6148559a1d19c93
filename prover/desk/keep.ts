import { z } from "zod";
import { ticketHash } from "../account/ticket.ts";
import type { Vault } from "../chain/vault.ts";
import type { Store } from "../keep/store.ts";
import { TacitError } from "../units/errors.ts";
import { type Agreement, formatTicket, readTicket, requirePartOf, ticketOf, ticketSchema } from "./agreement.ts";
import { formatOffer, type Offer, offerSchema, readOffer } from "./offer.ts";
import { hex128, samePlace } from "./place.ts";
import { refusals } from "./refusals.ts";
import { type Part, requireLeft } from "./remaining.ts";

/** A ticket that one of the store's accounts agreed to. */
export interface KeptTicket {
  readonly agreement: Agreement;
  readonly hash: bigint;
  /** The store's own account of the two. */
  readonly account: bigint;
}

const keptSchema = z.strictObject({
  version: z.literal(1),
  account: z.string().regex(/^\d{1,75}$/),
  ticket: ticketSchema,
});
const nameOf = (hash: bigint, account: bigint): string => `${hash} ${account}`;

/** Keeps an offer before it is handed over. */
export async function keepOffer(store: Store, offer: Offer): Promise<void> {
  await store.put("offer", hex128(offer.id), JSON.parse(formatOffer(offer)));
}

/** An offer that the store's owner made, if it did. @throws TacitError `BAD_STORE` */
export async function keptOffer(store: Store, id: bigint): Promise<Offer | undefined> {
  const value = await store.get("offer", hex128(id));
  return value === undefined ? undefined : toOffer(value);
}

/** @throws TacitError `BAD_STORE` */
export async function keptOffers(store: Store): Promise<readonly Offer[]> {
  return (await store.list("offer")).map(({ value }) => toOffer(value));
}

const toOffer = (value: unknown): Offer =>
  readOffer(JSON.stringify(known(offerSchema, value, "an offer")), "a kept offer");

/** Keeps a ticket before anything of it leaves the machine. */
export async function keepTicket(store: Store, agreement: Agreement, account: bigint): Promise<void> {
  const ticket = JSON.parse(await formatTicket(agreement));
  const value: z.infer<typeof keptSchema> = { version: 1, account: String(account), ticket };
  await store.put("ticket", nameOf(await ticketHash(ticketOf(agreement)), account), value);
}

/** Forgets a ticket of which nothing has left the machine. */
export async function forgetTicket(store: Store, agreement: Agreement, account: bigint): Promise<void> {
  await store.remove("ticket", nameOf(await ticketHash(ticketOf(agreement)), account));
}

/** Every ticket of the store's accounts. @throws TacitError `BAD_STORE` */
export async function keptTickets(store: Store): Promise<readonly KeptTicket[]> {
  return Promise.all(
    (await store.list("ticket")).map(async ({ value }) => {
      const { account, ticket } = known(keptSchema, value, "a ticket");
      return { ...(await readTicket(JSON.stringify(ticket), "a kept ticket")), account: BigInt(account) };
    }),
  );
}

function known<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new TacitError("BAD_STORE", `${what} that is kept is not as this release writes it`, {
    hint: "It was written by another release of tacit.",
  });
}

/** What became of a ticket. */
export type TicketFate = "open" | "filled" | "cancelled" | "expired";

/** @param now unix seconds of the chain */
export async function fateOf(vault: Vault, agreement: Agreement, hash: bigint, now: number): Promise<TicketFate> {
  const { buyer, seller, expiry } = agreement;
  const [filled, ...cancelled] = await Promise.all([
    vault.filled(hash),
    vault.cancelled(buyer, hash),
    vault.cancelled(seller, hash),
  ]);
  if (filled) return "filled";
  if (cancelled.includes(true)) return "cancelled";
  return now > expiry ? "expired" : "open";
}

/** The parts of an offer that its maker has agreed to, and what became of each. */
export async function partsOf(store: Store, vault: Vault, offer: Offer, now: number): Promise<readonly Part[]> {
  const parts = (await keptTickets(store)).filter(
    ({ agreement, account }) => agreement.offer === offer.id && account === offer.maker,
  );
  return Promise.all(
    parts.map(async ({ agreement, hash }) => {
      const fate = await fateOf(vault, agreement, hash, now);
      const { quantity, expiry } = agreement;
      return { ticket: hash, quantity, expiry, filled: fate === "filled", cancelled: fate === "cancelled" };
    }),
  );
}

/**
 * Refuses a ticket that can no longer be filled, or that the store's owner has not agreed to with this account: as a maker by an
 * offer that has room for it, as a taker by having accepted it. A machine that is fooled into a ticket trades at a price of
 * somebody else's choice.
 * @param now unix seconds of the chain
 * @throws TacitError `WRONG_PLACE`, `TICKET_USED`, `TICKET_CANCELLED`, `TICKET_EXPIRED`, `UNKNOWN_TICKET`, `NOT_THIS_OFFER`,
 * `MORE_THAN_LEFT`
 */
export async function requireAgreed(
  store: Store,
  vault: Vault,
  agreement: Agreement,
  account: bigint,
  now: number,
): Promise<void> {
  if (!samePlace(agreement, vault)) {
    throw new TacitError("WRONG_PLACE", "the ticket is for another chain or vault");
  }
  const hash = await ticketHash(ticketOf(agreement));
  const fate = await fateOf(vault, agreement, hash, now);
  if (fate !== "open") throw refusals[fate](hash);
  const offer = await keptOffer(store, agreement.offer);
  if (offer !== undefined && offer.maker === account) {
    requirePartOf(agreement, offer);
    requireLeft(offer, await partsOf(store, vault, offer, now), now, { ticket: hash, quantity: agreement.quantity });
    return;
  }
  const accepted = (await keptTickets(store)).some((kept) => kept.hash === hash && kept.account === account);
  if (accepted) return;
  throw new TacitError("UNKNOWN_TICKET", "the store knows neither this ticket nor an offer that it is a part of", {
    hint: "A ticket counts for who made its offer with `tacit ticket new` or took it with `tacit ticket accept`, in this store.",
  });
}
