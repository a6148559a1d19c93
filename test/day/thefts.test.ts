import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AccountState, commit, randomSecret } from "../../prover/account/state.ts";
import { type Ticket, ticketHash } from "../../prover/account/ticket.ts";
import type { Change } from "../../prover/account/transition.ts";
import { toGateProof } from "../../prover/chain/calldata.ts";
import { gateContext } from "../../prover/chain/context.ts";
import { ticketTerms, transitionContext, type Vault, type VaultDisclosure } from "../../prover/chain/vault.ts";
import { VAULT } from "../../prover/chain/vaultAbi.ts";
import { spokenVault } from "../../prover/chain/vaultRefusal.ts";
import { ticketOf } from "../../prover/desk/agreement.ts";
import { assemble } from "../../prover/desk/assemble.ts";
import type { Leg } from "../../prover/desk/legs.ts";
import { makeLegs } from "../../prover/desk/make.ts";
import type { EpochFile } from "../../prover/epoch/file.ts";
import { disclosuresOf } from "../../prover/guardian/disclosed.ts";
import { readDisclosed } from "../../prover/guardian/read.ts";
import { type Point, publicPoint } from "../../prover/hash/babyjub.ts";
import { FIELD, toField } from "../../prover/hash/poseidon.ts";
import type { BuiltMarket } from "../../prover/market/build.ts";
import { openRow } from "../../prover/market/opening.ts";
import { publishSet } from "../../prover/market/publish.ts";
import { buildSettlementTree } from "../../prover/market/settlement.ts";
import { buildRowTree, SET_IDS } from "../../prover/market/tree.ts";
import { openProver, type Prover } from "../../prover/prove/prover.ts";
import { transitionInputs } from "../../prover/prove/transitionInputs.ts";
import { type Cash, Coverage, type Price, type Quantity } from "../../prover/units/units.ts";
import {
  type Hands,
  prepareDeposit,
  prepareOpen,
  prepareSettlement,
  prepareWithdrawal,
} from "../../prover/vault/acts.ts";
import { agreedTransition, consentToTransition } from "../../prover/vault/consent.ts";
import { proveDisclosure } from "../../prover/vault/disclosure.ts";
import { proveHealth } from "../../prover/vault/health.ts";
import { proveStep } from "../../prover/vault/step.ts";
import { ETH, EXPIRY, MOMENTS, type Moment, marketOf, SHARE } from "./markets.ts";
import { type Agreed, agree, fill, legsOf, openTrader, perform, type Trader } from "./trader.ts";
import { openVenue, type Venue } from "./venue.ts";

/**
 * Every theft of the list in docs/VAULT.md, tried with real proofs before the real verifiers. Where a circuit must refuse, the
 * witness is asked for with everything else made to fit; where a contract must, it is given a true proof of something else.
 */
let prover: Prover;
let venue: Venue;
let alice: Trader;
let bob: Trader;
/** Knows whatever she can, and owns a small account. */
let carol: Trader;
let built: BuiltMarket;
let epoch: EpochFile;
const secret = randomSecret();
const USD = 1_000_000n;
const UNIT = 1_000_000n;

beforeAll(async () => {
  prover = await openProver();
  const [evening] = MOMENTS as [Moment];
  venue = await openVenue(evening.time - 600, 4);
  await venue.guardians.register(venue.keeper.address, await publicPoint(secret));
  await venue.guardians.register(venue.people[2]?.address ?? "", await publicPoint(randomSecret()));
  await venue.go(evening.time);
  built = await marketOf(evening, { listings: [], shares: await venue.shares(), small: true });
  epoch = await venue.publish(built, undefined);
  const trader = async (i: number, name: string) => {
    const owner = venue.people[i];
    if (owner === undefined) throw new Error("too few people");
    return (await openTrader(venue, prover, owner, { name, guardian: 1, size: 4 })).trader;
  };
  [alice, bob, carol] = [await trader(0, "alice"), await trader(1, "bob"), await trader(2, "carol")];
  await give(alice, 0, 500_000n * USD);
  await give(alice, ETH, 20n * UNIT);
  await give(bob, 0, 500_000n * USD);
  await give(carol, 0, 1_000n * USD);
  await fill(
    await venue.vault.as(venue.keeper),
    [deal(alice, bob, "BTC-PERPETUAL", UNIT), deal(alice, bob, "BTC-5FEB26", UNIT)],
    built.market,
  );
}, 300_000);

afterAll(async () => {
  await prover[Symbol.asyncDispose]();
});

async function give(trader: Trader, asset: number, amount: bigint): Promise<void> {
  const token = venue.tokens.find((one) => one.asset === asset);
  await token?.mint(trader.owner.address, amount);
  const { hands, state, size } = trader;
  await perform(trader, prepareDeposit(hands, { state, size }, { asset, amount, market: built.market }));
}

const idOf = (name: string): number => built.market.instruments.find((one) => one.name === name)?.id ?? 0;
const markOf = (id: number): bigint => built.market.sets.initial.rows.get(id)?.mark ?? 0n;

function deal(
  buyer: Trader,
  seller: Trader,
  name: string,
  quantity: bigint,
  changes: { price?: bigint; id?: number; expiry?: number } = {},
): Agreed {
  const id = changes.id ?? idOf(name);
  const [agreed] = agree(venue.vault, {
    maker: buyer,
    taker: seller,
    side: "buy",
    instrument: { id, name },
    price: changes.price ?? markOf(id),
    expiry: changes.expiry ?? Math.floor(Date.now() / 1000) * 10,
    offered: quantity,
    parts: [quantity],
  });
  if (agreed === undefined) throw new Error("nothing was agreed");
  return agreed;
}

/** Everything that a theft would move. */
async function worth(): Promise<unknown> {
  const tokens = await Promise.all(
    venue.tokens.map(async ({ asset, contract }) => [
      await venue.vault.held(asset),
      await contract.getFunction("balanceOf").staticCall(venue.vault.vault),
      await contract.getFunction("balanceOf").staticCall(carol.owner.address),
    ]),
  );
  const accounts = await Promise.all(
    [alice, bob, carol].map(async ({ id }) => [
      (await venue.gate.account(id)).commitment,
      (await venue.vault.account(id)).nonce,
    ]),
  );
  return [tokens, accounts];
}

/** A try that has to end in this refusal, and to leave everything where it was. */
async function fails(code: string, attempt: () => Promise<unknown>, whose?: Trader): Promise<void> {
  const before = await worth();
  const message = expect.stringContaining(whose === undefined ? "" : String(whose.id));
  await expect(attempt()).rejects.toMatchObject({ code, message });
  expect(await worth()).toEqual(before);
}

/** What the circuit is given for a change, with some of it replaced. Each try has a control that only tells the truth. */
async function forced(before: AccountState, change: Change, lies: Record<string, unknown>): Promise<unknown> {
  const { inputs } = await transitionInputs({ before, change, salt: randomSecret(), context: 1n });
  const circuit = await prover.circuits.open("transition");
  return circuit.calculate({ ...inputs, ...lies } as typeof inputs);
}

/** The parts of a transition by hand, without what the client refuses to make. */
async function made(
  trader: Trader,
  change: Change,
  options: { before?: AccountState; vault?: Vault; nonce?: number } = {},
) {
  const { before = trader.state, vault = venue.vault } = options;
  const nonce = options.nonce ?? (await vault.account(trader.id)).nonce;
  const context = transitionContext(vault, trader.id, nonce);
  const step = await proveStep(prover.circuits, { before, change, context });
  const disclosure = await disclosed(step.after, 1);
  return { step: { ...step, id: trader.id }, disclosure };
}

async function disclosed(state: AccountState, key: number, point?: Point): Promise<VaultDisclosure> {
  const guardian = { number: key, point: point ?? (await venue.guardians.key(key)).point };
  return proveDisclosure(prover.circuits, { state, guardian, copyKey: alice.copyKey });
}

const healthOf = (state: AccountState, size: 4 | 8 = 4, market = built.market) =>
  proveHealth(prover, { gate: venue.gate, vault: venue.vault, state, market, set: "initial", size });

const withdrawal = (asset: number, amount: bigint): Change => ({ mode: "transfer", asset, amount: -amount });

describe("who knows an opening and is not the owner", () => {
  it("reads it as the guardian does, and can neither withdraw, deposit, move nor trade with it", async () => {
    const { read } = await readDisclosed(
      disclosuresOf(venue.provider, venue.vault.vault),
      [{ point: await publicPoint(secret), secret }],
      async (key) => (await venue.guardians.key(key)).point,
    );
    const state = read.find((one) => one.event.id === alice.id)?.state;
    if (state === undefined) throw new Error("the guardian reads nothing");
    expect(await commit(state)).toBe((await venue.gate.account(alice.id)).commitment);
    const stolen: Hands = { prover, vault: await venue.vault.as(carol.owner), copyKey: carol.copyKey };
    const kept = { state, size: alice.size };
    const wish = { asset: 0, amount: 1_000n * USD, to: carol.owner.address, market: built.market };
    const [payment, coming] = [
      await prepareWithdrawal(stolen, kept, wish),
      await prepareDeposit(stolen, kept, { asset: 0, amount: 1n }),
    ];
    await venue.tokens[0]?.mint(carol.owner.address, 1n);
    await fails("NOT_OWNER", () => payment.send());
    await fails("NOT_OWNER", () => coming.send());
    const { step, disclosure } = await made({ ...alice, state }, { mode: "move", from: 0, to: 0 });
    await fails("NOT_OWNER", async () => (await venue.vault.as(carol.owner)).move(4, step, disclosure));
    // And with her own signature where the owner's belongs.
    const forging: Hands = {
      ...stolen,
      consent: (transition, nonce) =>
        consentToTransition(carol.owner, venue.vault, transition, { nonce, deadline: 2 ** 39 }),
    };
    const signed = await prepareWithdrawal(forging, kept, wish);
    await fails("BAD_CONSENT", () => signed.send());
    const { legs } = await legsOf(
      [deal({ ...alice, state, owner: carol.owner }, carol, "BTC-PERPETUAL", UNIT / 100n)],
      built.market,
    );
    const { epoch: at, fills, parties } = assemble(legs);
    await fails("BAD_CONSENT", async () => (await venue.vault.as(carol.owner)).trade(at, fills, parties));
  });

  it("finds no way around the vault at the gate: not even the owner replaces a commitment there", async () => {
    const rich = { ...alice.state, cash: (alice.state.cash + 10n ** 20n) as Cash };
    const gate = await venue.gate.as(alice.owner);
    const commitment = await commit(rich);
    await fails("NOT_VAULT", () => gate.update(alice.id, commitment, 4));
    await fails("NOT_VAULT", () => gate.open(commitment, 4));
  });
});

describe("tokens out of nothing", () => {
  it("are not withdrawn into a negative position: the circuit has no witness, and a proof of less pays no more", async () => {
    const { hands, state, size } = carol;
    const wish = { asset: ETH, amount: UNIT, to: carol.owner.address, market: built.market };
    await fails("NEGATIVE_SPOT", () => prepareWithdrawal(hands, { state, size }, wish));
    const owing: AccountState = { ...state, positions: [{ id: ETH, quantity: -UNIT as Quantity }], salt: 9n };
    const lies = async (after: AccountState, amount: bigint) => ({
      newCommitment: await commit(after),
      newSalt: 9n,
      amount: toField(amount),
    });
    const come: Change = { mode: "transfer", asset: ETH, amount: UNIT };
    await fails("UNSATISFIED", async () => forced(state, come, await lies(owing, -UNIT)));
    const owning: AccountState = { ...owing, positions: [{ id: ETH, quantity: (2n * UNIT) as Quantity }] };
    await forced(state, come, await lies(owning, 2n * UNIT));
    // The other way about: alice owns 20 and proves that she takes 1.
    const { step, disclosure } = await made(alice, withdrawal(ETH, UNIT));
    const { epoch: at, health } = await healthOf(step.after);
    const payment = { asset: ETH, amount: 20n * UNIT, to: alice.owner.address, epoch: at, health };
    await fails("TRANSITION_REJECTED", async () =>
      (await venue.vault.as(alice.owner)).withdraw(payment, step, disclosure),
    );
    await fails("TRANSITION_REJECTED", async () =>
      (await venue.vault.as(alice.owner)).withdraw({ ...payment, asset: SHARE, amount: UNIT }, step, disclosure),
    );
  });

  it("are not minted by overflow: no quantity, cash or amount beyond its width has a witness", async () => {
    const most = (1n << 47n) - 1n;
    const holding = (quantity: bigint): AccountState => ({
      ...carol.state,
      positions: [{ id: ETH, quantity: quantity as Quantity }],
      salt: 9n,
    });
    // From just below the largest quantity to it, and then one more, to what its lane would read as.
    const change: Change = { mode: "transfer", asset: ETH, amount: 1n };
    const add = async (amount: bigint, after: bigint) =>
      forced({ ...holding(most - 1n), salt: 8n }, change, {
        amount,
        newCommitment: await commit(holding(after)),
        newSalt: 9n,
      });
    await add(1n, most);
    await fails("UNSATISFIED", () => add(2n, -most - 1n));
    // A ticket whose quantity wraps: side 1 would receive what side 2 never gives.
    const ticket: Ticket = {
      id: idOf("BTC-PERPETUAL"),
      quantity: UNIT as Quantity,
      cash: 0n as Cash,
      salt: 7n,
      terms: ticketTerms(venue.vault, carol.id, bob.id, 2 ** 39),
    };
    const gained = { ...carol.state, positions: [{ id: ticket.id, quantity: UNIT as Quantity }], salt: 9n };
    const take = async (quantity: bigint) =>
      forced(
        carol.state,
        { mode: "fill", ticket, side: 1n },
        {
          subject: await ticketHash({ ...ticket, quantity: quantity as Quantity }),
          ticketQuantity: toField(quantity),
          newCommitment: await commit(gained),
          newSalt: 9n,
        },
      );
    await take(UNIT);
    await fails("UNSATISFIED", () => take((1n << 48n) + UNIT));
  });

  it("are not held twice: an instrument takes no second slot", async () => {
    const id = idOf("BTC-PERPETUAL");
    const held = alice.state.positions.find((one) => one.id === id)?.quantity ?? 0n;
    expect(held).toBe(UNIT);
    const ticket: Ticket = { id, quantity: UNIT as Quantity, cash: 0n as Cash, salt: 7n, terms: 1n };
    const slot = alice.state.positions.findIndex((one) => one.id === id);
    const grown = (positions: AccountState["positions"]): AccountState => ({ ...alice.state, positions, salt: 9n });
    const take = async (at: number, after: AccountState) =>
      forced(
        alice.state,
        { mode: "fill", ticket, side: 1n },
        { from: BigInt(at), to: BigInt(at), newCommitment: await commit(after), newSalt: 9n },
      );
    const { positions } = alice.state;
    await take(slot, grown(positions.with(slot, { id, quantity: (2n * UNIT) as Quantity })));
    const second = grown([...positions, { id, quantity: UNIT as Quantity }]);
    await fails("UNSATISFIED", () => take(positions.length, second));
  });

  it("are not paid out twice: the same call, the same proof, or a proof from the state before", async () => {
    const { hands, state: before, size } = carol;
    const vault = await venue.vault.as(carol.owner);
    const change = withdrawal(0, 100n * USD);
    const { step, disclosure } = await made(carol, change);
    const { epoch: at, health } = await healthOf(step.after);
    const payment = { asset: 0, amount: 100n * USD, to: carol.owner.address, epoch: at, health };
    await vault.withdraw(payment, step, disclosure);
    carol.state = step.after;
    await fails("TRANSITION_REJECTED", () => vault.withdraw(payment, step, disclosure));
    await fails("STALE_STATE", () =>
      prepareWithdrawal(hands, { state: before, size }, { ...payment, market: built.market }),
    );
    const again = await made(carol, change, { before });
    const { health: fresh } = await healthOf(again.step.after);
    await fails("TRANSITION_REJECTED", () =>
      vault.withdraw({ ...payment, health: fresh }, again.step, again.disclosure),
    );
  });

  it("are not lent on what no margin covers: an unhealthy state has no healthy proof, and no other state's does", async () => {
    const { step, disclosure } = await made(alice, withdrawal(0, 530_000n * USD));
    await fails("NOT_COVERED", () => healthOf(step.after));
    const vault = await venue.vault.as(alice.owner);
    const { nonce } = await venue.gate.account(alice.id);
    const coverage = Coverage.of(10_000n, "coverage");
    const context = gateContext(venue.gate, alice.id, "prove", venue.vault.vault, nonce);
    const proveFor = async (account: AccountState) => {
      const request = {
        account,
        market: built.market,
        set: "initial",
        coverage,
        context,
        circuit: "margin_4",
      } as const;
      return toGateProof((await prover.prove(request)).proof.proof);
    };
    const payment = { asset: 0, amount: 530_000n * USD, to: alice.owner.address, epoch: 1 };
    for (const state of [step.after, alice.state]) {
      const health = await proveFor(state);
      await fails("PROOF_REJECTED", () => vault.withdraw({ ...payment, health }, step, disclosure));
    }
  });
});

describe("trades", () => {
  it("of an unlisted instrument find no health proof, with the position or without it", async () => {
    const unlisted = deal(alice, bob, "BTC-PERPETUAL", UNIT, { id: 4_000, price: 100n * USD });
    await fails("UNKNOWN_INSTRUMENT", () => fill(venue.vault, [unlisted], built.market));
    // Both by hand: the transitions are true, what is shown of the accounts is their health without the position.
    const ticket = ticketOf(unlisted.agreement);
    const sides = [ticket.side1 === alice.id ? alice : bob, ticket.side1 === alice.id ? bob : alice] as const;
    const proven = await Promise.all(
      sides.map((trader, k) => made(trader, { mode: "fill", ticket, side: k === 0 ? 1n : -1n })),
    );
    const consents = await Promise.all(
      sides.map(async (trader, k) => {
        const { step } = proven[k] as (typeof proven)[number];
        const agreed = await agreedTransition(trader.id, step.commitment, step.change);
        const { nonce } = await venue.vault.account(trader.id);
        return consentToTransition(trader.owner, venue.vault, agreed, { nonce, deadline: 2 ** 39 });
      }),
    );
    const health = await Promise.all(sides.map(({ state }) => healthOf(state)));
    const order = sides[0].id < sides[1].id ? [0, 1] : [1, 0];
    const parties = order.map((k) => ({
      id: (sides[k] as Trader).id,
      set: "initial" as const,
      health: (health[k] as (typeof health)[number]).health,
      disclosure: (proven[k] as (typeof proven)[number]).disclosure,
    }));
    const legs = proven.map(({ step }, k) => ({
      party: order.indexOf(k),
      reduce: false,
      feeBound: 0n,
      commitment: step.commitment,
      proof: step.proof,
      consent: consents[k] as (typeof consents)[number],
    }));
    const { agreement } = unlisted;
    const trade = [{ ticket: await ticketHash(ticket), expiry: agreement.expiry, legs: [legs[0], legs[1]] as never }];
    await fails("HEALTH_REJECTED", () => venue.vault.trade(1, trade, parties));
  });

  it("happen once: neither the same call again, nor a second fill on its ticket in one block, nor on another's", async () => {
    const agreed = deal(alice, bob, "ETH-PERPETUAL", UNIT);
    const { legs, after } = await legsOf([agreed], built.market);
    const { epoch: at, fills, parties } = assemble(legs);
    await fails("TICKET_USED", () => venue.vault.trade(at, [...fills, ...fills], parties));
    await venue.vault.trade(at, fills, parties);
    for (const [trader, state] of after) trader.state = state;
    await fails("TICKET_USED", () => venue.vault.trade(at, fills, parties));
    const again = await legsOf([agreed], built.market);
    const second = assemble(again.legs);
    await fails("TICKET_USED", () => venue.vault.trade(second.epoch, second.fills, second.parties));
  });

  it("give both sides the same instrument: an id, a size or a price of one's own is another ticket", async () => {
    const agreed = deal(alice, bob, "ETH-PERPETUAL", UNIT);
    const ticket = ticketOf(agreed.agreement);
    const side = ticket.side1 === alice.id ? 1n : -1n;
    const bent: Ticket[] = [
      { ...ticket, id: idOf("BTC-PERPETUAL") },
      { ...ticket, quantity: (ticket.quantity * 2n) as Quantity },
      { ...ticket, cash: 0n as Cash },
    ];
    const { legs } = await legsOf([agreed], built.market);
    const { epoch: at, fills, parties } = assemble(legs);
    for (const other of bent) {
      await fails("UNSATISFIED", async () =>
        forced(alice.state, { mode: "fill", ticket: other, side }, { subject: await ticketHash(ticket) }),
      );
      const { step } = await made(alice, { mode: "fill", ticket: other, side });
      const agreedTo = await agreedTransition(alice.id, step.commitment, { mode: "fill", ticket, side });
      const { nonce } = await venue.vault.account(alice.id);
      const consent = await consentToTransition(alice.owner, venue.vault, agreedTo, { nonce, deadline: 2 ** 39 });
      const [first] = fills;
      if (first === undefined) throw new Error("there is no fill");
      const swapped = first.legs.map((leg) =>
        parties[leg.party]?.id === alice.id ? { ...leg, commitment: step.commitment, proof: step.proof, consent } : leg,
      );
      await fails("TRANSITION_REJECTED", () => venue.vault.trade(at, [{ ...first, legs: swapped as never }], parties));
    }
  });

  it("between an account and itself, or out of one's own two sides, are none", async () => {
    const { legs } = await legsOf([deal(alice, bob, "ETH-PERPETUAL", UNIT)], built.market);
    const { epoch: at, fills, parties } = assemble(legs);
    const [first] = fills;
    if (first === undefined) throw new Error("there is no fill");
    const own = [first.legs[0], { ...first.legs[1], party: first.legs[0].party }] as const;
    await fails("SELF_TRADE", () => venue.vault.trade(at, [{ ...first, legs: own }], parties));
  });

  it("that reduce give up no more than their bound at the epoch's mark, whatever row or bound is shown", async () => {
    const id = idOf("BTC-PERPETUAL");
    // Alice sells her bitcoin to an accomplice for one dollar.
    const gift = deal(bob, alice, "BTC-PERPETUAL", UNIT, { price: USD });
    await fails("ABOVE_FEE_BOUND", () => fill(venue.vault, [{ ...gift, sellerFee: 250n * 10n ** 12n }], built.market));
    await fails("FEE_BOUND_TOO_LARGE", () =>
      fill(venue.vault, [{ ...gift, sellerFee: 80_000n * 10n ** 12n }], built.market),
    );
    // A row of her own, at which the price is fair, under a root that no book has: a true proof of another market.
    const set = built.market.sets.maintenance;
    const row = set.rows.get(id);
    if (row === undefined) throw new Error("there is no row");
    const cheap = { ...set, rows: new Map(set.rows).set(id, { ...row, mark: USD as Price }) };
    const tree = await buildRowTree(cheap);
    const { timestamp } = built.market;
    const bent = await publishSet("maintenance", cheap, timestamp);
    const opening = openRow(bent, tree, { setId: SET_IDS.maintenance, timestamp }, id);
    const ticket = ticketOf(gift.agreement);
    const side = ticket.side1 === alice.id ? 1n : -1n;
    const change: Change = { mode: "reduce", ticket, side, row: opening, feeBound: 250n * 10n ** 12n };
    const { step } = await made(alice, change);
    const agreed = await agreedTransition(alice.id, step.commitment, change);
    const { nonce } = await venue.vault.account(alice.id);
    const consent = await consentToTransition(alice.owner, venue.vault, agreed, { nonce, deadline: 2 ** 39 });
    // Bob's leg is true, and so is what alice shows of her health; it is hers before the gift.
    const { prover: proves, vault } = bob.hands;
    const theirs = await makeLegs(
      { prover: proves, vault, copyKey: bob.copyKey, signs: { owner: bob.owner } },
      { state: bob.state, size: bob.size, deals: [{ agreement: gift.agreement }], market: built.market },
    );
    const leg = { ...theirs.legs.legs[0], reduce: true, feeBound: 250n * 10n ** 12n };
    const mine = { ...leg, commitment: step.commitment, proof: step.proof, consent } as Leg;
    const hers = { ...theirs.legs, account: alice.id, legs: [mine], health: (await healthOf(alice.state)).health };
    const { epoch: at, fills, parties } = assemble([theirs.legs, hers]);
    await fails("TRANSITION_REJECTED", () => venue.vault.trade(at, fills, parties), alice);
    // Under the real root the same change has no witness.
    const real = openRow(set, await buildRowTree(set), { setId: SET_IDS.maintenance, timestamp }, id);
    await fails("UNSATISFIED", () => forced(alice.state, change, { ...real, price: toField(USD) }));
  });
});

describe("who watches the mempool", () => {
  it("gains nothing from a copied call, nor from another recipient in it", async () => {
    const { hands, state, size } = alice;
    const wish = { asset: 0, amount: 10n * USD, to: alice.owner.address, market: built.market };
    const { step, disclosure } = await made(alice, withdrawal(0, wish.amount));
    const { epoch: at, health } = await healthOf(step.after);
    const thief = await venue.vault.as(carol.owner);
    const payment = { asset: 0, amount: wish.amount, to: alice.owner.address, epoch: at, health };
    await fails("NOT_OWNER", () => thief.withdraw(payment, step, disclosure));
    await fails("NOT_OWNER", () => thief.withdraw({ ...payment, to: carol.owner.address }, step, disclosure));
    // Signed for anybody to submit: the recipient is part of what was signed, and so is who relays where one is named.
    const { nonce } = await venue.vault.account(alice.id);
    const agreed = await agreedTransition(alice.id, step.commitment, step.change, { recipient: alice.owner.address });
    const open = await consentToTransition(alice.owner, venue.vault, agreed, { nonce, deadline: 2 ** 39 });
    await fails("BAD_CONSENT", () =>
      thief.withdraw({ ...payment, to: carol.owner.address }, { ...step, consent: open }, disclosure),
    );
    const named = await consentToTransition(alice.owner, venue.vault, agreed, {
      nonce,
      deadline: 2 ** 39,
      relayer: venue.keeper.address,
    });
    await fails("NOT_RELAYER", () => thief.withdraw(payment, { ...step, consent: named }, disclosure));
    await fails("CONSENT_EXPIRED", async () => {
      const late = await consentToTransition(alice.owner, venue.vault, agreed, { nonce, deadline: 1 });
      await thief.withdraw(payment, { ...step, consent: late }, disclosure);
    });
    // Whoever submits it in the end, it pays whom alice named.
    const act = await prepareWithdrawal(hands, { state, size }, wish);
    await act.send();
    alice.state = act.after;
  });

  it("cannot open an account with another's proof", async () => {
    const owner = venue.people[3];
    if (owner === undefined) throw new Error("too few people");
    const hands: Hands = { prover, vault: await venue.vault.as(owner), copyKey: carol.copyKey };
    const act = await prepareOpen(hands, { guardian: 1, size: 4 });
    let data = "";
    const spied = { ...hands.vault } as Vault;
    const spying: Hands = {
      ...hands,
      vault: {
        ...spied,
        open: async (guardian, size, step, disclosure) => {
          data = VAULT.encodeFunctionData("open", [guardian, size, step.commitment, step.proof, disclosure]);
          throw new Error("withheld");
        },
      },
    };
    await expect((await prepareOpen(spying, { guardian: 1, size: 4 })).send()).rejects.toThrow("withheld");
    const to = venue.vault.vault;
    await fails("TRANSITION_REJECTED", () => spokenVault(() => carol.owner.sendTransaction({ to, data })));
    await act.send();
  });
});

describe("a disclosure", () => {
  it("is the state's own, to the guardian's own key: no garbage, no other state, no other key", async () => {
    const vault = await venue.vault.as(alice.owner);
    const { step, disclosure } = await made(alice, { mode: "move", from: 0, to: 0 });
    const sent = (changed: VaultDisclosure) => () => vault.move(4, step, changed);
    const [first = 0n, ...rest] = disclosure.cipher;
    await fails("DISCLOSURE_REJECTED", sent({ ...disclosure, cipher: [(first + 1n) % FIELD, ...rest] }));
    await fails("DISCLOSURE_REJECTED", sent({ ...disclosure, cipher: disclosure.cipher.map(() => 0n) }));
    await fails("NOT_FIELD_ELEMENT", sent({ ...disclosure, cipher: [first + FIELD, ...rest] }));
    await fails("DISCLOSURE_REJECTED", sent({ ...disclosure, ephemeral: await publicPoint(5n) }));
    // Of the state before, and of a state that is nobody's.
    await fails("DISCLOSURE_REJECTED", sent(await disclosed(alice.state, 1)));
    await fails("DISCLOSURE_REJECTED", sent(await disclosed({ ...step.after, cash: 0n as Cash }, 1)));
    // To another guardian, who is carol; to her key under her guardian's number; to a key that nobody has.
    await fails("NOT_GUARDIANS_KEY", async () => sent(await disclosed(step.after, 2))());
    const { point } = await venue.guardians.key(2);
    await fails("DISCLOSURE_REJECTED", sent(await disclosed(step.after, 1, point)));
    await fails("NOT_GUARDIANS_KEY", sent({ ...disclosure, key: 3 }));
    await fails("COPY_TOO_LONG", sent({ ...disclosure, copy: `0x${"00".repeat(545)}` }));
  });

  it("is never to a key of low order, the identity, or off the curve: none is registered, and no client encrypts to one", async () => {
    // The identity, the point of order 2, and two of order 4, (x, 0) with A x^2 = 1.
    const root = 2957874849018779266517920829765869116077630550401372566248359756137677864698n;
    const weak: Point[] = [
      [0n, 1n],
      [0n, FIELD - 1n],
      [root, 0n],
      [FIELD - root, 0n],
      [1n, 1n],
    ];
    for (const point of weak) {
      await fails("BAD_POINT", () => venue.guardians.register(carol.owner.address, point));
      await fails("BAD_POINT", () => disclosed(alice.state, 1, point));
    }
    await fails("BAD_POINT", async () => {
      const [x, y] = await publicPoint(77n);
      await venue.guardians.register(carol.owner.address, [x, y + FIELD]);
    });
  });
});

describe("a proof made elsewhere", () => {
  it("is none here: another chain's id, another vault's address and another account's id are in its context", async () => {
    const change = withdrawal(0, 10n * USD);
    const { nonce } = await venue.vault.account(alice.id);
    const vault = await venue.vault.as(alice.owner);
    const here = { chainId: venue.chainId, vault: venue.vault.vault };
    for (const place of [
      { ...here, chainId: 1n },
      { ...here, chainId: 1337n },
      { ...here, vault: venue.guardians.guardians },
    ]) {
      const context = transitionContext(place, alice.id, nonce);
      const step = await proveStep(prover.circuits, { before: alice.state, change, context });
      const disclosure = await disclosed(step.after, 1);
      const { epoch: at, health } = await healthOf(step.after);
      const payment = { asset: 0, amount: 10n * USD, to: alice.owner.address, epoch: at, health };
      await fails("TRANSITION_REJECTED", () => vault.withdraw(payment, { ...step, id: alice.id }, disclosure));
      // What was signed for there is not signed here.
      const agreed = await agreedTransition(alice.id, step.commitment, change, { recipient: alice.owner.address });
      const consent = await consentToTransition(alice.owner, place, agreed, { nonce, deadline: 2 ** 39 });
      await fails("BAD_CONSENT", async () =>
        (await venue.vault.as(carol.owner)).withdraw(payment, { ...step, id: alice.id, consent }, disclosure),
      );
    }
    const { step, disclosure } = await made(carol, withdrawal(0, 10n * USD));
    const { epoch: at, health } = await healthOf(step.after);
    const payment = { asset: 0, amount: 10n * USD, to: alice.owner.address, epoch: at, health };
    await fails("TRANSITION_REJECTED", () => vault.withdraw(payment, { ...step, id: alice.id }, disclosure));
  });

  it("goes through on its own chain, and on no copy of it under another id", async () => {
    const copy = await openVenue(MOMENTS[0]?.time ?? 0, 4, 1337);
    expect(copy.vault.vault).toBe(venue.vault.vault);
    await copy.guardians.register(copy.keeper.address, await publicPoint(secret));
    const owner = copy.people[3];
    if (owner === undefined) throw new Error("too few people");
    const there: Hands = { prover, vault: await copy.vault.as(owner), copyKey: carol.copyKey };
    // An account of the same owner, at the same addresses: only the chain's id differs.
    const wish = { guardian: 1, size: 4 } as const;
    const act = await prepareOpen(there, wish);
    const id = act.id;
    const real = await proveStep(prover.circuits, {
      before: { ...act.after, salt: randomSecret() },
      change: { mode: "open" },
      context: transitionContext(venue.vault, id, 0),
    });
    const disclosure = await disclosed(real.after, 1);
    await expect(there.vault.open(1, 4, real, disclosure)).rejects.toMatchObject({ code: "TRANSITION_REJECTED" });
    await act.send();
  });
});

describe("after the expiry", () => {
  let settled: EpochFile;
  beforeAll(async () => {
    const after = MOMENTS[2] as Moment;
    await fails("NOT_SETTLED", () =>
      prepareSettlement(
        alice.hands,
        { state: alice.state, size: 4 },
        { id: idOf("BTC-5FEB26"), settlements: epoch.settlements },
      ),
    );
    await venue.go(after.time);
    built = await marketOf(after, { listings: built.listings, shares: await venue.shares(), small: true });
    settled = await venue.publish(built, epoch);
  }, 120_000);

  it("nothing settles that has not expired, at an empty leaf, at another's entry, or at a price of one's own", async () => {
    const [perp, lapsed] = [idOf("BTC-PERPETUAL"), idOf("BTC-5FEB26")];
    const vault = await venue.vault.as(alice.owner);
    const kept = { state: alice.state, size: alice.size };
    const { settlements } = settled;
    await fails("NOT_SETTLED", () => prepareSettlement(alice.hands, kept, { id: perp, settlements }));
    const tree = await buildSettlementTree(settlements);
    const price = settlements.find(({ id }) => id === lapsed)?.price ?? (0n as Price);
    const honest: Change = { mode: "settle", id: lapsed, entry: tree.open(lapsed) };
    const cashed = (id: number, at: bigint): AccountState => ({
      ...alice.state,
      cash: (alice.state.cash + UNIT * at) as Cash,
      positions: alice.state.positions.filter((one) => one.id !== id),
      salt: 9n,
    });
    const slot = (id: number) => BigInt(alice.state.positions.findIndex((one) => one.id === id));
    const lie = async (id: number, at: bigint, more: Record<string, unknown> = {}) =>
      forced(alice.state, honest, {
        id: BigInt(id),
        from: slot(id),
        newCommitment: await commit(cashed(id, at)),
        newSalt: 9n,
        price: toField(at),
        ...more,
      });
    await lie(lapsed, price);
    // A perpetual at the lapsed future's entry; the future at another price; anything at an entry that is empty.
    await fails("UNSATISFIED", () => lie(perp, price));
    await fails("UNSATISFIED", () => lie(lapsed, price * 2n));
    const nothing = await buildSettlementTree([...settlements, { id: 0, price: 0n as Price }]);
    await fails("UNSATISFIED", () => lie(perp, 0n, { ...nothing.open(0), price: 0n }));
    // A tree of her own makes a true proof under a root that is not the newest epoch's.
    for (const id of [perp, lapsed]) {
      const others = settlements.filter((one) => one.id !== id);
      const own = await buildSettlementTree([...others, { id, price: (price * 2n) as Price }]);
      const { step, disclosure } = await made(alice, { mode: "settle", id, entry: own.open(id) });
      await fails("TRANSITION_REJECTED", () => vault.settle(step, disclosure));
    }
    // And an earlier epoch's root, which held nothing yet, is not asked for.
    const before = await venue.gate.account(alice.id);
    const { cash } = cashed(lapsed, price);
    await perform(alice, prepareSettlement(alice.hands, kept, { id: lapsed, settlements }));
    expect((await venue.gate.account(alice.id)).commitment).not.toBe(before.commitment);
    expect(alice.state.cash).toBe(cash);
    await fails("NOT_HELD", () =>
      prepareSettlement(alice.hands, { state: alice.state, size: 4 }, { id: lapsed, settlements }),
    );
  });

  it("a lapsed instrument is worth its price to the last digit: selling it for more leaves the buyer poorer, selling what one has not leaves a debt", async () => {
    const name = "BTC-5FEB26";
    const [id, { timestamp }] = [idOf(name), built.market];
    expect(timestamp).toBeGreaterThan(EXPIRY);
    const mark = markOf(id);
    // Carol sells ten lapsed futures short for cash, which needs no margin, and would leave with the cash.
    await fill(venue.vault, [deal(bob, carol, name, 10n * UNIT)], built.market);
    expect(carol.state.cash).toBe(900n * USD * UNIT + 10n * UNIT * mark);
    const wish = { asset: 0, amount: 901n * USD, to: carol.owner.address, market: built.market };
    await fails("NOT_COVERED", () => prepareWithdrawal(carol.hands, { state: carol.state, size: carol.size }, wish));
    // For ten times what it settled to nobody can buy who could not give the difference away.
    const gift = deal(bob, carol, name, 10n * UNIT, { price: mark * 10n });
    await fails("NOT_COVERED", () => fill(venue.vault, [gift], built.market));
  });

  it("no act leans on an epoch that is no longer the latest", async () => {
    const vault = await venue.vault.as(alice.owner);
    const { step, disclosure } = await made(alice, withdrawal(0, 10n * USD));
    const { epoch: at, health } = await healthOf(step.after);
    const payment = { asset: 0, amount: 10n * USD, to: alice.owner.address, health };
    expect(at).toBe(2);
    await fails("EPOCH_NOT_LATEST", () => vault.withdraw({ ...payment, epoch: 1 }, step, disclosure));
  });
});
