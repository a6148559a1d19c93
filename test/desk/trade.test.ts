import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type AccountState, commit } from "../../prover/account/state.ts";
import { ticketHash } from "../../prover/account/ticket.ts";
import { type Agreement, ticketOf } from "../../prover/desk/agreement.ts";
import { assemble } from "../../prover/desk/assemble.ts";
import { formatLegs, type Leg, type Legs, readLegs } from "../../prover/desk/legs.ts";
import { settleTrade } from "../../prover/desk/settle.ts";
import { type KeptAccount, keptState } from "../../prover/keep/account.ts";
import { settleKept } from "../../prover/keep/standing.ts";
import { createStore, openStore } from "../../prover/keep/store.ts";
import type { TacitError } from "../../prover/units/errors.ts";
import { Quantity } from "../../prover/units/units.ts";
import { prepareDeposit } from "../../prover/vault/acts.ts";
import { proveDisclosure } from "../../prover/vault/disclosure.ts";
import { proveHealth } from "../../prover/vault/health.ts";
import { FEES, openWorld, PERP, SWAP, type Trader } from "./world.ts";

let world: Awaited<ReturnType<typeof openWorld>>;
let alice: Trader;
let bob: Trader;
let carol: Trader;
/** With just enough for what it holds. */
let dave: Trader;
beforeAll(async () => {
  world = await openWorld();
  alice = await world.trader("100000");
  bob = await world.trader("100000");
  carol = await world.trader("100000", 8);
  dave = await world.trader("20500");
});

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error) => (error as TacitError).code,
  );
const held = ({ state }: Trader, id: number): string =>
  Quantity.format(state.positions.find((position) => position.id === id)?.quantity ?? (0n as Quantity));
const standsAt = async ({ id, state }: Trader) => (await world.gate.account(id)).commitment === (await commit(state));

/** Each trader's legs over its tickets, signed for anybody to submit unless said otherwise. */
async function legsOf(
  trades: readonly (readonly [Trader, readonly Agreement[]])[],
  how: Parameters<typeof world.legs>[2] = {},
) {
  const made: { trader: Trader; legs: Legs; after: Trader["state"] }[] = [];
  for (const [trader, agreements] of trades) made.push({ trader, ...(await world.legs(trader, agreements, how)) });
  return {
    legs: made.map(({ legs }) => legs),
    /** What its owners do once the chain has it. */
    adopt: () => {
      for (const { trader, after } of made) trader.state = after;
    },
  };
}
async function trade(submitter: Trader, ...trades: Parameters<typeof legsOf>[0]): Promise<void> {
  const { legs, adopt } = await legsOf(trades);
  await settleTrade(submitter.vault, legs);
  adopt();
}
/** What the vault itself says to a trade that nobody checked. */
const unchecked = async (submitter: Trader, legs: readonly Legs[]) => {
  const { epoch, fills, parties } = assemble(legs);
  return refusal(submitter.vault.trade(epoch, fills, parties));
};

describe("a trade between two accounts", () => {
  it("settles both, one of them in person", async () => {
    const agreement = world.part(world.offer(bob, { size: "2", at: "50010.25" }), alice, "1.5");
    const takers = await world.legs(alice, [agreement]);
    const makers = await world.legs(bob, [agreement], { inPerson: true });
    await settleTrade(bob.vault, [takers.legs, makers.legs]);
    [alice.state, bob.state] = [takers.after, makers.after];
    expect([await standsAt(alice), await standsAt(bob)]).toEqual([true, true]);
    expect([held(alice, PERP.id), held(bob, PERP.id)]).toEqual(["1.5", "-1.5"]);
    // To the last unit: 1.5 at 50010.25.
    expect(alice.state.cash).toBe(24_984_625_000_000_000n);
    expect(alice.state.cash + bob.state.cash).toBe(200_000n * 10n ** 12n);
  });

  it("is submitted by a third, from files that hold only what the chain will see", async () => {
    const agreement = world.part(world.offer(bob, { size: "0.125", at: "50020.5" }), alice);
    const made = await legsOf([
      [alice, [agreement]],
      [bob, [agreement]],
    ]);
    const files = made.legs.map(formatLegs);
    const { quantity, price, salt } = agreement;
    const secrets = [quantity, price, salt, ticketOf(agreement).cash, alice.state.salt, alice.state.cash].flatMap(
      (secret) => {
        const size = secret < 0n ? -secret : secret;
        return [`"${size}"`, `"-${size}"`, size.toString(16)];
      },
    );
    for (const text of files) {
      for (const secret of [...secrets, PERP.name, "0.125", "50020.5"]) {
        if (secret.length > 6) expect(text).not.toContain(secret);
      }
    }
    const stranger = await alice.vault.as(world.stranger);
    await settleTrade(
      stranger,
      files.map((text, i) => readLegs(text, `legs-${i}.json`)),
    );
    made.adopt();
    expect([await standsAt(alice), await standsAt(bob)]).toEqual([true, true]);
  });

  it("goes to no other sender than an owner named, and to none without its owners' word", async () => {
    const agreement = world.part(world.offer(bob, { size: "0.1", at: "50000" }), alice);
    const makers = await world.legs(bob, [agreement]);
    const takers = await world.legs(alice, [agreement], { relayer: bob.signer.address });
    const stranger = { ...alice, vault: await alice.vault.as(world.stranger) };
    expect(await refusal(settleTrade(stranger.vault, [makers.legs, takers.legs]))).toBe("NOT_RELAYER");
    expect(await unchecked(stranger, [makers.legs, takers.legs])).toBe("NOT_RELAYER");
    const unsigned = await world.legs(bob, [agreement], { inPerson: true });
    const anybody = await world.legs(alice, [agreement]);
    expect(await refusal(settleTrade(stranger.vault, [unsigned.legs, anybody.legs]))).toBe("BAD_CONSENT");
    expect(await unchecked(stranger, [unsigned.legs, anybody.legs])).toBe("NOT_OWNER");
  });

  it("is refused while an account would not cover it, before anything is proven", async () => {
    const large = world.part(world.offer(bob, { size: "50", at: "50000" }), dave);
    expect(await refusal(world.legs(dave, [large]))).toBe("NOT_COVERED");
  });
});

describe("parts of an offer", () => {
  it("fill one after the other, each a ticket of its own", async () => {
    const offer = world.offer(carol, { size: "1", at: "50005", side: "buy" });
    const [first, second] = [world.part(offer, alice, "0.25"), world.part(offer, bob, "0.75")];
    await trade(carol, [alice, [first]], [carol, [first]]);
    await trade(carol, [bob, [second]], [carol, [second]]);
    expect(held(carol, PERP.id)).toBe("1");
    expect([await standsAt(alice), await standsAt(bob), await standsAt(carol)]).toEqual([true, true, true]);
  });

  it("fill together in one transaction, the maker's legs one upon the other", async () => {
    const offer = world.offer(carol, { size: "1", at: "49990", instrument: SWAP });
    const [first, second] = [world.part(offer, alice, "0.4"), world.part(offer, bob, "0.6")];
    await trade(carol, [carol, [first, second]], [alice, [first]], [bob, [second]]);
    expect([alice, bob, carol].map((one) => held(one, SWAP.id))).toEqual(["0.4", "0.6", "-1"]);
    expect(await standsAt(carol)).toBe(true);
  });
});

describe("a block of trades", () => {
  it("goes round between three accounts, each proven once in the state it ends in", async () => {
    const ab = world.part(world.offer(alice, { size: "0.3", at: "50000" }), bob);
    const bc = world.part(world.offer(bob, { size: "0.2", at: "50001", instrument: SWAP }), carol);
    const ca = world.part(world.offer(carol, { size: "0.1", at: "50002" }), alice);
    const before = [alice, bob, carol].map(({ state }) => state.cash).reduce((sum, cash) => sum + cash, 0n);
    const { legs, adopt } = await legsOf([
      [alice, [ab, ca]],
      [bob, [ab, bc]],
      [carol, [bc, ca]],
    ]);
    expect(assemble(legs).parties.map(({ id }) => id)).toHaveLength(3);
    await settleTrade(await bob.vault.as(world.stranger), legs);
    adopt();
    expect([await standsAt(alice), await standsAt(bob), await standsAt(carol)]).toEqual([true, true, true]);
    const after = [alice, bob, carol].map(({ state }) => state.cash).reduce((sum, cash) => sum + cash, 0n);
    expect(after).toBe(before);
    for (const { id } of [PERP, SWAP]) {
      const all = [alice, bob, carol].map(({ state }) => state.positions.find((one) => one.id === id)?.quantity);
      expect(all.reduce((sum: bigint, quantity) => sum + (quantity ?? 0n), 0n)).toBe(0n);
    }
  });

  it("that a guardian ends at an account's first leg leaves its owner a state that it has", async () => {
    const one = world.part(world.offer(alice, { size: "0.3", at: "50000" }), bob);
    const two = world.part(world.offer(alice, { size: "0.2", at: "50001" }), bob);
    const alices = await world.legs(alice, [one, two]);
    const bobs = await world.legs(bob, [one]);
    const [middle] = alices.between;
    if (middle === undefined) throw new Error("two legs have a state between them");
    // Who knows that state proves it healthy and discloses it, with an owner's copy that the owner cannot open.
    const copyKey = crypto.getRandomValues(new Uint8Array(32));
    const guardian = await world.guardians.currentKey(world.guardian);
    const disclosure = await proveDisclosure(world.prover.circuits, { state: middle, guardian, copyKey });
    const { gate, prover, market } = world;
    const asked = { gate, vault: alice.vault, state: middle, market: market(), set: "initial", size: 4 } as const;
    const { health } = await proveHealth(prover, asked);
    const cut: Legs = { ...alices.legs, legs: alices.legs.legs.slice(0, 1), health, disclosure };
    await settleTrade(await bob.vault.as(world.stranger), [cut, bobs.legs]);
    [alice.state, bob.state] = [middle, bobs.after];
    expect([await standsAt(alice), await standsAt(bob)]).toEqual([true, true]);
    const rest = world.part(world.offer(alice, { size: "0.2", at: "50001" }), bob);
    await trade(bob, [alice, [rest]], [bob, [rest]]);
    expect(await standsAt(alice)).toBe(true);
  });

  it("is refused in orders that contradict each other, with one side missing, or with one account's legs in two files", async () => {
    const one = world.part(world.offer(alice, { size: "0.3", at: "50000" }), bob);
    const two = world.part(world.offer(alice, { size: "0.2", at: "50001" }), bob);
    const [a, b, c] = (
      await legsOf([
        [alice, [one, two]],
        [bob, [two, one]],
        [bob, [one]],
      ])
    ).legs as [Legs, Legs, Legs];
    const code = (legs: readonly Legs[]) => refusal((async () => assemble(legs))());
    expect(await code([a, b])).toBe("TICKET_ORDER");
    expect(await code([a, c])).toBe("UNPAIRED_TICKET");
    expect(await code([a])).toBe("UNPAIRED_TICKET");
    expect(await code([a, b, c])).toBe("TWICE_A_PARTY");
    expect(await code([])).toBe("NO_LEGS");
    expect(await code([a, { ...b, epoch: 9 }])).toBe("MIXED_EPOCHS");
    expect(await code([a, { ...b, chainId: 1n }])).toBe("MIXED_PLACES");
  });
});

describe("a ticket is refused", () => {
  const both = async (submitter: Trader, legs: readonly Legs[]) => [
    await refusal(settleTrade(submitter.vault, legs)),
    await unchecked(submitter, legs),
  ];
  const pair = (agreement: Agreement) =>
    legsOf([
      [alice, [agreement]],
      [bob, [agreement]],
    ]);

  it("when it was filled already, with legs made anew as with those that filled it", async () => {
    const agreement = world.part(world.offer(bob, { size: "0.1", at: "50000" }), alice);
    const first = await pair(agreement);
    await settleTrade(bob.vault, first.legs);
    first.adopt();
    expect(await refusal(settleTrade(bob.vault, first.legs))).toBe("STALE_LEG");
    expect(await both(bob, (await pair(agreement)).legs)).toEqual(["TICKET_USED", "TICKET_USED"]);
  });

  it("when one of the two has cancelled it, and for them alone", async () => {
    const agreement = world.part(world.offer(bob, { size: "0.1", at: "50000" }), alice);
    const { legs } = await pair(agreement);
    const ticket = await ticketHash(ticketOf(agreement));
    expect(await refusal(alice.vault.cancel(bob.id, ticket))).toBe("NOT_OWNER");
    await carol.vault.cancel(carol.id, ticket);
    await alice.vault.cancel(alice.id, ticket);
    expect(await both(bob, legs)).toEqual(["TICKET_CANCELLED", "TICKET_CANCELLED"]);
    const other = world.part(world.offer(bob, { size: "0.1", at: "50000" }), alice);
    await carol.vault.cancel(carol.id, await ticketHash(ticketOf(other)));
    await trade(bob, [alice, [other]], [bob, [other]]);
  });

  it("from a second after its expiry on", async () => {
    const expiry = world.now() + 600;
    const agreement = world.part(world.offer(bob, { size: "0.1", at: "50000", expiry }), alice);
    const { legs } = await pair(agreement);
    await world.go(expiry + 1);
    expect(await both(bob, legs)).toEqual(["TICKET_EXPIRED", "TICKET_EXPIRED"]);
  });

  it("when an account has changed since its legs were made", async () => {
    const agreement = world.part(world.offer(bob, { size: "0.1", at: "50000" }), alice);
    const { legs } = await pair(agreement);
    await (await world.token.getFunction("mint")(alice.signer.address, 1n)).wait();
    const act = await prepareDeposit({ prover: world.prover, ...alice }, alice, { asset: 0, amount: 1n });
    await act.send();
    expect(await both(bob, legs)).toEqual(["STALE_LEG", "BAD_CONSENT"]);
    expect(await refusal(world.legs(alice, [agreement]))).toBe("STALE_STATE");
    alice.state = act.after;
  });

  it("between an account and itself", async () => {
    const agreement = world.part(world.offer(bob, { size: "0.1", at: "50000" }), alice);
    const { legs } = await pair(agreement);
    const { epoch, fills, parties } = assemble(legs);
    const [fill] = fills as [(typeof fills)[number]];
    const self = { ...fill, legs: [fill.legs[0], { ...fill.legs[1], party: fill.legs[0].party }] as const };
    expect(await refusal(bob.vault.trade(epoch, [self], parties))).toBe("SELF_TRADE");
  });

  it("once its epoch is no longer the latest", async () => {
    const agreement = world.part(world.offer(bob, { size: "0.1", at: "50000", expiry: world.now() + 10_000 }), alice);
    const { legs } = await pair(agreement);
    await world.tick(3500, "50000");
    await world.tick(3500, "50000");
    expect(await both(bob, legs)).toEqual(["EPOCH_NOT_LATEST", "EPOCH_NOT_LATEST"]);
  });

  it("with a field of the legs changed, whichever it is", async () => {
    const agreement = world.part(world.offer(bob, { size: "0.1", at: "50000" }), alice);
    const { legs } = await pair(agreement);
    const [good, other] = legs as [Legs, Legs];
    const leg = good.legs[0] as Leg;
    const theirs = other.legs[0] as Leg;
    const withLeg = (change: Partial<Leg>): Partial<Legs> => ({ legs: [{ ...leg, ...change }] });
    const { disclosure } = good;
    const lies: readonly (readonly [string, Partial<Legs>, string])[] = [
      ["another's proof", withLeg({ proof: theirs.proof }), "BAD_LEG"],
      ["another commitment", withLeg({ commitment: leg.commitment + 1n }), "BAD_CONSENT"],
      ["a reduction", withLeg({ reduce: true }), "BAD_CONSENT"],
      ["a fee on a fill", withLeg({ feeBound: 1n }), "FEE_BOUND_TOO_LARGE"],
      ["a later expiry", withLeg({ expiry: leg.expiry + 1 }), "TERMS_DIFFER"],
      ["other sides", withLeg({ side1: leg.side2, side2: leg.side1 }), "TERMS_DIFFER"],
      ["another's consent", withLeg({ consent: theirs.consent }), "BAD_CONSENT"],
      ["a later consent", withLeg({ consent: { ...leg.consent, deadline: leg.consent.deadline + 1 } }), "BAD_CONSENT"],
      ["a consent that is none", withLeg({ consent: { ...leg.consent, signature: "0x1234" } }), "BAD_CONSENT"],
      ["another's margin", { health: other.health }, "BAD_LEG"],
      ["the other set", { set: "maintenance" }, "INITIAL_NEEDED"],
      ["another size", { size: 8 }, "STALE_LEG"],
      ["another nonce", { nonce: good.nonce + 1 }, "STALE_LEG"],
      ["another start", { before: other.before }, "STALE_LEG"],
      ["another chain", { chainId: 1n }, "MIXED_PLACES"],
      ["another's disclosure", { disclosure: other.disclosure }, "BAD_LEG"],
      ["a garbage text", { disclosure: { ...disclosure, cipher: disclosure.cipher.with(3, 5n) } }, "BAD_LEG"],
      ["another key", { disclosure: { ...disclosure, key: 2 } }, "NOT_GUARDIANS_KEY"],
    ];
    for (const [what, lie, code] of lies) {
      expect(await refusal(settleTrade(bob.vault, [{ ...good, ...lie }, other])), what).toBe(code);
    }
    // And none of it was sent: both still stand where they stood.
    expect([await standsAt(alice), await standsAt(bob)]).toEqual([true, true]);
  });
});

describe("a reduction", () => {
  const MILLIONTH = 10n ** 12n;
  const reduce = (agreement: Agreement, feeBound: bigint) => world.legs(dave, [agreement], { feeBound });

  it("makes do with maintenance where a fill would not be covered", async () => {
    const entry = world.part(world.offer(carol, { size: "2", at: "50000" }), dave);
    await trade(carol, [carol, [entry]], [dave, [entry]]);
    await world.tick(600, "49000");
    // Equity 18,500: initial asks 19,502 of what is left, maintenance 15,601.60.
    const exit = world.part(world.offer(dave, { size: "0.01", at: "48999" }), carol);
    expect(await refusal(world.legs(dave, [exit]))).toBe("NOT_COVERED");
    const daves = await reduce(exit, FEES.feeBound);
    expect(daves.legs).toMatchObject({ set: "maintenance", legs: [{ reduce: true }] });
    const carols = await world.legs(carol, [exit]);
    await settleTrade(carol.vault, [carols.legs, daves.legs]);
    [dave.state, carol.state] = [daves.after, carols.after];
    expect([held(dave, PERP.id), await standsAt(dave), await standsAt(carol)]).toEqual(["1.99", true, true]);
    expect(await dave.vault.account(dave.id)).toMatchObject({ spent: FEES.feeBound });
  });

  it("neither grows nor turns a position, and gives up no more than its bound", async () => {
    const buy = (size: string, at: string, side: "buy" | "sell" = "sell") =>
      world.part(world.offer(dave, { size, at, side }), carol);
    expect(await refusal(reduce(buy("0.01", "49000", "buy"), FEES.feeBound))).toBe("NOT_A_REDUCTION");
    expect(await refusal(reduce(buy("2", "49000"), FEES.feeBound))).toBe("NOT_A_REDUCTION");
    // 10 USD below the mark, on a tenth of a coin: one USD is given up.
    expect(await refusal(reduce(buy("0.1", "48990"), MILLIONTH - 1n))).toBe("ABOVE_FEE_BOUND");
    expect((await reduce(buy("0.1", "48990"), MILLIONTH)).legs.legs[0]?.feeBound).toBe(MILLIONTH);
  });

  it("keeps within the vault's bound, and all of an hour within its budget", async () => {
    const exit = world.part(world.offer(dave, { size: "0.01", at: "49000" }), carol);
    const carols = await world.legs(carol, [exit]);
    const large = await reduce(exit, FEES.feeBound + 1n);
    expect(await refusal(settleTrade(carol.vault, [carols.legs, large.legs]))).toBe("FEE_BOUND_TOO_LARGE");
    expect(await unchecked(carol, [carols.legs, large.legs])).toBe("FEE_BOUND_TOO_LARGE");
    // 100 of 250 are spent: two more of 100 are too much, whether they come in one transaction or not.
    const again = world.part(world.offer(dave, { size: "0.01", at: "49000" }), carol);
    const two = await world.legs(dave, [exit, again], { feeBound: FEES.feeBound });
    const twice = await world.legs(carol, [exit, again]);
    expect(await refusal(settleTrade(carol.vault, [twice.legs, two.legs]))).toBe("FEE_BUDGET_SPENT");
    expect(await unchecked(carol, [twice.legs, two.legs])).toBe("FEE_BUDGET_SPENT");
    const small = await reduce(exit, 0n);
    await settleTrade(carol.vault, [carols.legs, small.legs]);
    [dave.state, carol.state] = [small.after, carols.after];
    expect(held(dave, PERP.id)).toBe("1.98");
  });

  it("shows initial as soon as one leg is no reduction", async () => {
    const exit = world.part(world.offer(dave, { size: "1", at: "49000" }), carol);
    const swap = world.part(world.offer(dave, { size: "0.01", at: "49000", instrument: SWAP }), carol);
    const { vault, copyKey, signer, state, size } = dave;
    const { makeLegs } = await import("../../prover/desk/make.ts");
    const maker = { prover: world.prover, vault, copyKey, signs: { owner: signer } };
    const deals = [{ agreement: exit, feeBound: 0n }, { agreement: swap }];
    const daves = await makeLegs(maker, { state, size, deals, market: world.market() });
    expect(daves.legs.set).toBe("initial");
    const carols = await world.legs(carol, [exit, swap]);
    const forged = { ...daves.legs, set: "maintenance" as const };
    expect(await refusal(settleTrade(carol.vault, [carols.legs, forged]))).toBe("INITIAL_NEEDED");
    expect(await unchecked(carol, [carols.legs, forged])).toBe("INITIAL_NEEDED");
    await settleTrade(carol.vault, [carols.legs, daves.legs]);
    [dave.state, carol.state] = [daves.after, carols.after];
    expect([await standsAt(dave), await standsAt(carol)]).toEqual([true, true]);
  });
});

describe("what an owner keeps", () => {
  it("is not forgotten for what one trade adds to the count of transitions, however many legs it has", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tacit-desk-"));
    try {
      await createStore(folder, "correct horse");
      await using store = await openStore(folder, "correct horse");
      const { vault, state, size, id } = alice;
      const { nonce } = await vault.account(id);
      expect(nonce).toBeGreaterThan(10);
      // As if all but the account's first two had been the legs of one trade, which a chain may still forget as a whole.
      const first: AccountState = { ...state, positions: [], salt: 1n };
      const kept: KeptAccount = {
        place: { chainId: vault.chainId, vault: vault.vault, gate: world.gate.gate },
        owner: alice.signer.address,
        id,
        guardian: world.guardian,
        names: new Map(),
        since: 0,
        states: [
          await keptState(first, { size, nonce: 1, act: "deposit" }),
          await keptState(state, { size, nonce: 2, act: "trade" }),
        ],
        standing: null,
      };
      const { account, current } = await settleKept(store, kept, vault, world.gate);
      expect(current?.act).toBe("trade");
      expect(account.states.map(({ act }) => act)).toEqual(["deposit", "trade"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
