import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ticketHash } from "../../prover/account/ticket.ts";
import { accept, formatTicket, readTicket, requirePartOf, sideOf, ticketOf } from "../../prover/desk/agreement.ts";
import { formatOffer, readOffer, requireOpen } from "../../prover/desk/offer.ts";
import { type Part, remaining, requireLeft } from "../../prover/desk/remaining.ts";
import type { TacitError } from "../../prover/units/errors.ts";
import { Price, Quantity } from "../../prover/units/units.ts";
import { ALICE, BOB, CAROL, EXPIRY, offer, quantity } from "./samples.ts";

const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as TacitError).code;
  }
  return "none";
};
const later = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error) => (error as TacitError).code,
  );
const edited = (text: string, change: object): string => JSON.stringify({ ...JSON.parse(text), ...change });

describe("an offer", () => {
  it("reads back as it was made", () => {
    const made = offer();
    expect(readOffer(formatOffer(made), "offer.json")).toEqual(made);
  });

  it("has a name of its own each time it is made", () => {
    expect(offer().id).not.toBe(offer().id);
  });

  it("is refused without a quantity or a price", () => {
    expect(code(() => offer({ quantity: quantity("0") }))).toBe("BAD_QUANTITY");
    expect(code(() => offer({ quantity: quantity("-1") }))).toBe("BAD_QUANTITY");
    expect(code(() => offer({ price: Price.parse("0", "price") }))).toBe("BAD_PRICE");
  });

  it("says where a file is wrong and never what stands there", () => {
    const text = formatOffer(offer());
    for (const [change, field] of [
      [{ price: "73012.25.1" }, "price"],
      [{ quantity: "2.5000001" }, "quantity"],
      [{ quantity: 2.5 }, "quantity"],
      [{ side: "both" }, "side"],
      [{ maker: "0x12" }, "maker"],
      [{ expiry: -1 }, "expiry"],
    ] as const) {
      try {
        readOffer(edited(text, change), "offer.json");
        expect.unreachable();
      } catch (error) {
        const said = `${(error as TacitError).message} ${(error as TacitError).hint}`;
        expect(said).toContain(field);
        expect(said).not.toMatch(/73012|2\.5|both/);
      }
    }
    expect(() => readOffer(`{"price": 73012.25,}`, "offer.json")).toThrow(
      /^offer.json: line 1, column 20: this is not JSON$/,
    );
  });

  it("ends with its expiry", () => {
    expect(code(() => requireOpen(offer(), EXPIRY))).toBe("none");
    expect(code(() => requireOpen(offer(), EXPIRY + 1))).toBe("OFFER_EXPIRED");
  });
});

describe("a ticket", () => {
  it("gives one side exactly what the other gives up, whatever the sizes", () => {
    const micro = fc.bigInt({ min: 1n, max: (1n << 47n) - 1n });
    fc.assert(
      fc.property(micro, micro, fc.boolean(), fc.boolean(), (size, price, buys, first) => {
        const made = offer({
          maker: first ? ALICE : CAROL,
          side: buys ? "buy" : "sell",
          quantity: size as Quantity,
          price: price as Price,
        });
        const agreement = accept(made, BOB, size as Quantity);
        const ticket = ticketOf(agreement);
        const buyer = sideOf(agreement, agreement.buyer);
        expect(sideOf(agreement, agreement.seller)).toBe(-buyer);
        expect(buyer * ticket.quantity).toBe(size);
        expect(buyer * ticket.cash).toBe(-size * price);
      }),
    );
  });

  it("takes the sides by the accounts' ids, so that they tell nothing", () => {
    for (const side of ["buy", "sell"] as const) {
      expect(ticketOf(accept(offer({ side }), ALICE, quantity("1")))).toMatchObject({ side1: ALICE, side2: BOB });
      expect(ticketOf(accept(offer({ side }), CAROL, quantity("1")))).toMatchObject({ side1: BOB, side2: CAROL });
    }
  });

  it("has another name each time the same part of an offer is accepted", async () => {
    const made = offer();
    const [one, other] = [accept(made, ALICE, quantity("1")), accept(made, ALICE, quantity("1"))];
    expect(await ticketHash(ticketOf(one))).not.toBe(await ticketHash(ticketOf(other)));
  });

  it("reads back, and is refused when anything in it was changed", async () => {
    const agreement = accept(offer(), ALICE, quantity("0.75"));
    const text = await formatTicket(agreement);
    expect(await readTicket(text, "t.json")).toEqual({ agreement, hash: await ticketHash(ticketOf(agreement)) });
    const salt = `0x${"0".repeat(31)}1`;
    const other = `0x${"0".repeat(61)}5`;
    for (const change of [
      { quantity: "0.76" },
      { price: "73012.24" },
      { instrument: { id: 257, name: "BTC-PERPETUAL" } },
      { salt },
      { buyer: other },
      { seller: other },
      { expiry: EXPIRY - 1 },
      { chainId: "1" },
      { vault: "0x0000000000000000000000000000000000000001" },
      { ticket: "1" },
    ]) {
      expect(await later(readTicket(edited(text, change), "t.json")), JSON.stringify(change)).toBe("BAD_TICKET");
    }
  });

  it("is refused when both sides are one account, and so is accepting one's own offer", async () => {
    expect(code(() => accept(offer(), BOB, quantity("1")))).toBe("SELF_TRADE");
    const text = await formatTicket(accept(offer(), ALICE, quantity("1")));
    const { seller } = JSON.parse(text);
    expect(await later(readTicket(edited(text, { buyer: seller }), "t.json"))).toBe("SELF_TRADE");
  });

  it("is of its offer, and of no other", () => {
    const made = offer();
    const part = accept(made, ALICE, quantity("1"));
    expect(code(() => requirePartOf(part, made))).toBe("none");
    for (const change of [
      { offer: 1n },
      { price: Price.parse("73012.24", "price") },
      { buyer: part.seller, seller: part.buyer },
      { instrument: { id: 257, name: "BTC-PERPETUAL" } },
      { expiry: EXPIRY + 1 },
      { chainId: 1n },
    ]) {
      expect(
        code(() => requirePartOf({ ...part, ...change }, made)),
        Object.keys(change)[0],
      ).toBe("NOT_THIS_OFFER");
    }
    expect(code(() => requirePartOf({ ...part, quantity: quantity("2.6") }, made))).toBe("MORE_THAN_OFFERED");
  });

  it("says nothing of a secret when its file does not read", async () => {
    const text = await formatTicket(accept(offer(), ALICE, quantity("1.25")));
    const { salt } = JSON.parse(text);
    for (const bad of [text.slice(0, -4), edited(text, { salt: `${salt}00` }), edited(text, { quantity: "1.25x" })]) {
      const error = await readTicket(bad, "t.json").catch((caught) => caught as TacitError);
      const said = JSON.stringify([(error as TacitError).message, (error as TacitError).hint]);
      expect(said).not.toContain(salt.slice(2, 20));
      expect(said).not.toContain("1.25");
    }
  });
});

describe("parts of an offer", () => {
  const part = (ticket: bigint, size: string, more: Partial<Part> = {}): Part => ({
    ...{ ticket, quantity: quantity(size), expiry: EXPIRY, filled: false, cancelled: false },
    ...more,
  });

  it("reduce what it has left, until they can no longer be filled", () => {
    const made = offer();
    const parts = [part(1n, "1"), part(2n, "0.5", { filled: true })];
    expect(Quantity.format(remaining(made, [], EXPIRY))).toBe("2.5");
    expect(Quantity.format(remaining(made, parts, EXPIRY))).toBe("1");
    // What expired or was cancelled unfilled is free again; what was filled never is.
    expect(Quantity.format(remaining(made, parts, EXPIRY + 1))).toBe("2");
    expect(Quantity.format(remaining(made, [part(1n, "1", { cancelled: true })], EXPIRY))).toBe("2.5");
  });

  it("are refused beyond what is left, counted once each", () => {
    const made = offer();
    const parts = [part(1n, "1"), part(2n, "1")];
    expect(code(() => requireLeft(made, parts, EXPIRY, { ticket: 3n, quantity: quantity("0.5") }))).toBe("none");
    expect(code(() => requireLeft(made, parts, EXPIRY, { ticket: 3n, quantity: quantity("0.500001") }))).toBe(
      "MORE_THAN_LEFT",
    );
    expect(code(() => requireLeft(made, parts, EXPIRY, { ticket: 2n, quantity: quantity("1") }))).toBe("none");
  });

  it("are no more than the offer, nor nothing", () => {
    expect(code(() => accept(offer(), ALICE, quantity("2.500001")))).toBe("MORE_THAN_OFFERED");
    expect(code(() => accept(offer(), ALICE, quantity("0")))).toBe("BAD_QUANTITY");
    expect(code(() => accept(offer(), ALICE, quantity("-1")))).toBe("BAD_QUANTITY");
  });
});
