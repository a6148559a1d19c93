import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ticketHash } from "../../prover/account/ticket.ts";
import type { Vault } from "../../prover/chain/vault.ts";
import { accept, ticketOf } from "../../prover/desk/agreement.ts";
import {
  forgetTicket,
  keepOffer,
  keepTicket,
  keptOffer,
  keptOffers,
  keptTickets,
  requireAgreed,
} from "../../prover/desk/keep.ts";
import { createStore, openStore, type Store } from "../../prover/keep/store.ts";
import type { TacitError } from "../../prover/units/errors.ts";
import { ALICE, BOB, CAROL, EXPIRY, offer, quantity, VAULT } from "./samples.ts";

const folder = mkdtempSync(join(tmpdir(), "tacit-desk-"));
let store: Store;
beforeAll(async () => {
  await createStore(folder, "password");
  store = await openStore(folder, "password");
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** A vault as far as it is asked here: what it has filled and cancelled. */
const filled = new Set<bigint>();
const cancelled = new Set<bigint>();
const vault = {
  chainId: 31337n,
  vault: VAULT,
  filled: async (ticket: bigint) => filled.has(ticket),
  cancelled: async (_id: bigint, ticket: bigint) => cancelled.has(ticket),
} as unknown as Vault;
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error) => (error as TacitError).code,
  );

describe("what the store keeps of a desk", () => {
  const made = offer();
  const part = accept(made, ALICE, quantity("2"));

  it("comes back as it was put, and is on disk encrypted", async () => {
    await keepOffer(store, made);
    await keepTicket(store, part, BOB);
    expect(await keptOffer(store, made.id)).toEqual(made);
    expect(await keptOffers(store)).toEqual([made]);
    const hash = await ticketHash(ticketOf(part));
    expect(await keptTickets(store)).toEqual([{ agreement: part, hash, account: BOB }]);
    const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1"));
    for (const text of bytes) expect(text).not.toMatch(/73012|PERPETUAL/);
  });

  it("lets a maker settle parts up to what is left, and each of them again", async () => {
    const agreed = (agreement: typeof part, account = BOB, now = EXPIRY) =>
      refusal(requireAgreed(store, vault, agreement, account, now));
    const more = accept(made, CAROL, quantity("0.75"));
    expect(await agreed(part)).toBe("none");
    expect(await agreed(more)).toBe("MORE_THAN_LEFT");
    expect(await agreed(accept(made, CAROL, quantity("0.5")))).toBe("none");
    // Cancelled unfilled, the first part is free again; filled, it never is.
    const hash = await ticketHash(ticketOf(part));
    cancelled.add(hash);
    expect([await agreed(part), await agreed(more)]).toEqual(["TICKET_CANCELLED", "none"]);
    cancelled.delete(hash);
    filled.add(hash);
    expect([await agreed(part), await agreed(more)]).toEqual(["TICKET_USED", "MORE_THAN_LEFT"]);
    filled.delete(hash);
    expect(await agreed(part, BOB, EXPIRY + 1)).toBe("TICKET_EXPIRED");
    await forgetTicket(store, part, BOB);
    expect(await agreed(more)).toBe("none");
  });

  it("agrees to no ticket that its owner neither offered nor accepted", async () => {
    const agreed = (agreement: typeof part, account: bigint) =>
      refusal(requireAgreed(store, vault, agreement, account, EXPIRY));
    // The taker's side of the very same ticket, and an offer that somebody else made.
    expect(await agreed(part, ALICE)).toBe("UNKNOWN_TICKET");
    expect(await agreed(accept(offer(), ALICE, quantity("1")), BOB)).toBe("UNKNOWN_TICKET");
    await keepTicket(store, part, ALICE);
    expect(await agreed(part, ALICE)).toBe("none");
    expect(await agreed({ ...part, price: (part.price + 1n) as typeof part.price }, BOB)).toBe("NOT_THIS_OFFER");
    expect(await agreed({ ...part, chainId: 1n }, BOB)).toBe("WRONG_PLACE");
  });
});
