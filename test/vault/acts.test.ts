import { Contract, getBytes, type VoidSigner } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDisclosure } from "../../prover/account/disclosure.ts";
import { type AccountState, commit } from "../../prover/account/state.ts";
import { ticketHash } from "../../prover/account/ticket.ts";
import type { Consent } from "../../prover/chain/consent.ts";
import type { Gate } from "../../prover/chain/gate.ts";
import { type Leg, type Party, ticketTerms, type Vault } from "../../prover/chain/vault.ts";
import { TOKEN } from "../../prover/chain/vaultAbi.ts";
import { publishMarket } from "../../prover/local/venue.ts";
import type { BuiltMarket } from "../../prover/market/build.ts";
import { settlementsIn } from "../../prover/market/settlements.ts";
import { openProver, type Prover } from "../../prover/prove/prover.ts";
import type { Cash, Quantity } from "../../prover/units/units.ts";
import {
  type Act,
  type Hands,
  type Kept,
  prepareDeposit,
  prepareMove,
  prepareOpen,
  prepareSettlement,
  prepareWithdrawal,
} from "../../prover/vault/acts.ts";
import { consentToTransition } from "../../prover/vault/consent.ts";
import { COPY_BYTES, openCopy } from "../../prover/vault/copy.ts";
import { proveDisclosure } from "../../prover/vault/disclosure.ts";
import { proveHealth } from "../../prover/vault/health.ts";
import { type ProvenStep, proveStep } from "../../prover/vault/step.ts";
import { closeAfter, GUARDIAN_SECRET, openVenue, type TestVenue, twoDays } from "./venue.ts";

const KEY = new Uint8Array(32).fill(7);
const ETH = 2;
const UNIT = 1_000_000n;
let days: readonly [BuiltMarket, BuiltMarket];
let venue: TestVenue;
let prover: Prover;
let vault: Vault; // as the first trader sees it
let gate: Gate;
let hands: Hands;
let one: Kept;
let two: Kept; // the second trader's account

closeAfter(() => venue);
beforeAll(async () => {
  prover = await openProver();
  days = await twoDays();
  venue = await openVenue(days[0]);
  vault = await venue.vaultOf(0);
  gate = await vault.gate();
  hands = { prover, vault, copyKey: KEY };
});
afterAll(() => prover?.[Symbol.asyncDispose]());

const keptOf = ({ after, size }: Act): Kept => ({ state: after, size });
const done = async (act: Act): Promise<Kept> => {
  await act.send();
  return keptOf(act);
};
const balance = async (token: string, holder: string): Promise<bigint> =>
  new Contract(token, TOKEN, venue.provider).getFunction("balanceOf")(holder);
const newest = async ({ accountId }: AccountState) => {
  for await (const found of vault.disclosures(accountId)) return found;
  throw new Error("nothing is disclosed");
};

describe("an account at a vault", () => {
  it("is opened empty, read by its guardian", async () => {
    const act = await prepareOpen(hands, { guardian: 1, size: 8 });
    expect(act.id).toBe(await gate.nextAccountId());
    one = await done(act);
    expect(await vault.account(act.id)).toEqual({ guardian: 1, nonce: 1, spent: 0n });
    expect(await gate.account(act.id)).toMatchObject({ status: "soft", size: 8, commitment: act.commitment });
    await expect(prepareOpen(hands, { guardian: 9, size: 8 })).rejects.toMatchObject({ code: "GUARDIAN_CLOSED" });
  });

  it("takes deposits, for which it approves the vault by itself", async () => {
    const { token } = await vault.collateral(0);
    const before = await vault.held(0);
    one = await done(await prepareDeposit(hands, one, { asset: 0, amount: 25_000n * UNIT }));
    expect(one.state.cash).toBe(25_000n * UNIT * UNIT);
    expect(await vault.held(0)).toBe(before + 25_000n * UNIT);
    expect(await balance(token, vault.vault)).toBe(await vault.held(0));
    one = await done(await prepareDeposit(hands, one, { asset: ETH, amount: 3n * UNIT, market: days[0].market }));
    expect(one.state.positions).toEqual([{ id: ETH, quantity: 3n * UNIT }]);
    expect(await vault.held(ETH)).toBe(3n * 10n ** 18n);
  });

  it("takes nothing that the market does not value, nothing that the vault does not list, and no nothing", async () => {
    const market = days[0].market;
    const refused = (wish: Parameters<typeof prepareDeposit>[2]) =>
      prepareDeposit(hands, one, wish).catch((e) => e.code);
    expect(await refused({ asset: 3, amount: UNIT, market })).toBe("UNVALUED_ASSET");
    expect(await refused({ asset: ETH, amount: UNIT })).toBe("UNVALUED_ASSET");
    expect(await refused({ asset: ETH, amount: UNIT, market: days[1].market })).toBe("UNKNOWN_EPOCH");
    expect(await refused({ asset: 1, amount: UNIT, market })).toBe("UNKNOWN_ASSET");
    expect(await refused({ asset: 0, amount: 0n })).toBe("BAD_AMOUNT");
  });

  it("is readable by its guardian, and by its owner's key alone of all keys of owners", async () => {
    const { commitment, ephemeral, cipher, copy, key } = await newest(one.state);
    expect(commitment).toBe(await commit(one.state));
    expect(key).toBe(1);
    expect(await readDisclosure({ commitment, ephemeral, cipher }, GUARDIAN_SECRET)).toEqual(one.state);
    const bytes = new Uint8Array(getBytes(copy));
    expect(bytes.length).toBe(COPY_BYTES);
    const where = { accountId: one.state.accountId, commitment };
    expect(await openCopy(KEY, bytes, where)).toEqual(one.state);
    await expect(openCopy(new Uint8Array(32).fill(8), bytes, where)).rejects.toMatchObject({ code: "NOT_OUR_COPY" });
    const elsewhere = { ...where, commitment: commitment + 1n };
    await expect(openCopy(KEY, bytes, elsewhere)).rejects.toMatchObject({ code: "NOT_OUR_COPY" });
  });

  it("pays out on a proof that it is healthy without, which leases it", async () => {
    const { token } = await vault.collateral(0);
    const to = `0x${"ab".repeat(20)}`;
    one = await done(
      await prepareWithdrawal(hands, one, { asset: 0, amount: 1000n * UNIT, to, market: days[0].market }),
    );
    expect(await balance(token, to)).toBe(1000n * UNIT);
    expect(await gate.account(one.state.accountId)).toMatchObject({
      status: "current",
      provenEpoch: 1,
      coverage: 10_000,
    });
  });

  it("pays out neither what it needs nor what it has not, and says so before anything is proven", async () => {
    const refused = (asset: number, amount: bigint) =>
      prepareWithdrawal(hands, one, { asset, amount, to: venue.deployment.book, market: days[0].market }).catch(
        (e) => e.code,
      );
    expect(await refused(0, 40_000n * UNIT)).toBe("NOT_COVERED");
    expect(await refused(ETH, 4n * UNIT)).toBe("NEGATIVE_SPOT");
    const market = days[1].market;
    const unknown = prepareWithdrawal(hands, one, { asset: 0, amount: UNIT, to: venue.deployment.book, market });
    await expect(unknown).rejects.toMatchObject({ code: "UNKNOWN_EPOCH" });
  });

  it("changes its size, exchanges slots and renews its salt, and keeps its lease", async () => {
    const before = await gate.account(one.state.accountId);
    one = await done(await prepareMove(hands, one, { from: 0, to: 0, size: 4 }));
    const { status, size, leaseUntil } = await gate.account(one.state.accountId);
    expect({ status, size, leaseUntil }).toEqual({ status: "current", size: 4, leaseUntil: before.leaseUntil });
    await expect(prepareMove(hands, one, { from: 0, to: 1 })).rejects.toMatchObject({ code: "NO_SUCH_SLOT" });
  });

  it("is acted on from its present state only", async () => {
    const stale = { ...one, state: { ...one.state, salt: 5n } };
    await expect(prepareDeposit(hands, stale, { asset: 0, amount: UNIT })).rejects.toMatchObject({
      code: "STALE_STATE",
    });
  });

  it("has its owner ask, or a signature of the owner that names everything", async () => {
    const payer = await venue.vaultOf(2);
    const deadline = days[0].market.timestamp + 86_400;
    const relayer = await (payer.contract.runner as VoidSigner).getAddress();
    const consent: Hands["consent"] = (transition, nonce) =>
      consentToTransition(vault.contract.runner as VoidSigner, vault, transition, { nonce, deadline, relayer });
    const byOther: Hands = { ...hands, vault: payer };
    const alone = await prepareDeposit(byOther, one, { asset: 0, amount: UNIT });
    await expect(alone.send()).rejects.toMatchObject({ code: "NOT_OWNER" });
    const before = await vault.account(one.state.accountId);
    const signed = await prepareDeposit({ ...byOther, consent }, one, { asset: 0, amount: UNIT });
    const stranger = await prepareDeposit({ ...hands, vault: await venue.vaultOf(3), consent }, one, {
      asset: 0,
      amount: UNIT,
    });
    await expect(stranger.send()).rejects.toMatchObject({ code: "NOT_RELAYER" });
    one = await done(signed);
    expect((await vault.account(one.state.accountId)).nonce).toBe(before.nonce + 1);
    await expect(signed.send()).rejects.toMatchObject({ code: "BAD_CONSENT" });
    const late: Hands["consent"] = (transition, nonce) =>
      consentToTransition(vault.contract.runner as VoidSigner, vault, transition, { nonce, deadline: 1 });
    const expired = await prepareMove({ ...byOther, consent: late }, one, { from: 0, to: 0 });
    await expect(expired.send()).rejects.toMatchObject({ code: "CONSENT_EXPIRED", hint: expect.any(String) });
    one = await done(await prepareMove({ ...byOther, consent }, one, { from: 0, to: 0, size: 8 }));
    const to = await (vault.contract.runner as VoidSigner).getAddress();
    const market = days[0].market;
    const bent: Hands["consent"] = (transition, nonce) =>
      consent({ ...transition, recipient: relayer }, nonce) as never;
    const diverted = await prepareWithdrawal({ ...byOther, consent: bent }, one, {
      asset: 0,
      amount: UNIT,
      to,
      market,
    });
    await expect(diverted.send()).rejects.toMatchObject({ code: "BAD_CONSENT" });
    one = await done(await prepareWithdrawal({ ...byOther, consent }, one, { asset: 0, amount: UNIT, to, market }));
  });

  it("tells what happened to it, the newest first", async () => {
    const names: string[] = [];
    const range = { from: 0 };
    for await (const { name, args } of vault.history(one.state.accountId, range)) {
      names.push(name === "Transitioned" ? `${name} ${args.nonce}` : name);
    }
    expect(names.slice(0, 2)).toEqual(["Withdrawn", "Transitioned 7"]);
    expect(names.slice(-2)).toEqual(["Transitioned 0", "AccountOpened"]);
    expect(names.filter((name) => name === "Deposited")).toHaveLength(3);
  });
});

describe("two accounts at a vault", () => {
  const PUT = "BTC-5FEB26-72000-P";

  it("trade by one ticket, and settle what has expired at the newest epoch's price", async () => {
    const other = await venue.vaultOf(1);
    const theirs: Hands = { prover, vault: other, copyKey: new Uint8Array(32).fill(9) };
    two = await done(await prepareOpen(theirs, { guardian: 1, size: 8 }));
    two = await done(await prepareDeposit(theirs, two, { asset: 0, amount: 50_000n * UNIT }));
    const { market } = days[0];
    const id = market.instruments.find(({ name }) => name === PUT)?.id ?? 0;
    expect(id).toBeGreaterThan(255);
    const expiry = market.timestamp + 3600;
    const terms = ticketTerms(vault, one.state.accountId, two.state.accountId, expiry);
    const onChain = vault.contract.getFunction("termsOf").staticCall(one.state.accountId, two.state.accountId, expiry);
    expect(await onChain).toBe(terms);
    const ticket = { id, quantity: (UNIT / 2n) as Quantity, cash: (-500n * UNIT * UNIT) as Cash, salt: 1234n, terms };
    const legs: { id: bigint; step: ProvenStep; consent: Consent }[] = [];
    const parties: (Party & { epoch: number })[] = [];
    for (const [hand, kept, side] of [
      [hands, one, 1n],
      [theirs, two, -1n],
    ] as const) {
      const { accountId } = kept.state;
      const context = await vault.context(accountId);
      expect(context).toBe(await vault.contract.getFunction("contextOf").staticCall(accountId));
      const step = await proveStep(prover.circuits, {
        before: kept.state,
        change: { mode: "fill", ticket, side },
        context,
      });
      const guardian = await (await vault.guardians()).currentKey(1);
      const disclosure = await proveDisclosure(prover.circuits, { state: step.after, guardian, copyKey: hand.copyKey });
      const request = { gate, vault, state: step.after, market, set: "initial", size: kept.size } as const;
      const { epoch, health } = await proveHealth(prover, request);
      const owner = side === 1n ? vault : other;
      const agreed = {
        id: accountId,
        commitment: step.commitment,
        mode: 3,
        subject: await ticketHash(ticket),
        amount: side,
        terms,
        feeBound: 0n,
        recipient: `0x${"00".repeat(20)}`,
        size: 0,
      };
      const { nonce } = await vault.account(accountId);
      const consent = await consentToTransition(owner.contract.runner as VoidSigner, vault, agreed, {
        nonce,
        deadline: expiry,
      });
      legs.push({ id: accountId, step, consent });
      parties.push({ id: accountId, set: "initial", health, disclosure, epoch });
    }
    parties.sort((a, b) => (a.id < b.id ? -1 : 1));
    const legOf = ({ id, step, consent }: (typeof legs)[number]): Leg => ({
      party: parties.findIndex((party) => party.id === id),
      reduce: false,
      feeBound: 0n,
      commitment: step.commitment,
      proof: step.proof,
      consent,
    });
    const [first, second] = legs as [(typeof legs)[number], (typeof legs)[number]];
    const fill = { ticket: await ticketHash(ticket), expiry, legs: [legOf(first), legOf(second)] as const };
    const clean = parties.map(({ id, set, health, disclosure }) => ({ id, set, health, disclosure }));
    expect(await vault.filled(fill.ticket)).toBe(false);
    await (await venue.vaultOf(5)).trade(parties[0]?.epoch ?? 0, [fill], clean);
    expect(await vault.filled(fill.ticket)).toBe(true);
    [one, two] = [
      { ...one, state: first.step.after },
      { ...two, state: second.step.after },
    ];
    await expect(vault.trade(parties[0]?.epoch ?? 0, [fill], clean)).rejects.toMatchObject({ code: "TICKET_USED" });

    const settlements = settlementsIn(days[1].market);
    const early = prepareSettlement(hands, one, { id, settlements });
    await expect(early).rejects.toMatchObject({ code: "OTHER_SETTLEMENTS" });
    await publishMarket(venue.chain, venue.deployment.book, days[1].market);
    const cash = [one.state.cash, two.state.cash];
    one = await done(await prepareSettlement(hands, one, { id, settlements }));
    two = await done(await prepareSettlement(theirs, two, { id, settlements }));
    const worth = 1499_750_000n * (UNIT / 2n);
    expect([one.state.cash, two.state.cash]).toEqual([(cash[0] ?? 0n) + worth, (cash[1] ?? 0n) - worth]);
    expect(two.state.positions).toEqual([]);
    await expect(prepareSettlement(hands, one, { id, settlements })).rejects.toMatchObject({ code: "NOT_HELD" });
    const live = days[1].market.instruments.find(({ name }) => name.includes("27MAR26"))?.id ?? 0;
    await expect(prepareSettlement(hands, one, { id: live, settlements })).rejects.toMatchObject({
      code: "NOT_SETTLED",
    });
  });

  it("cancel a ticket each for itself", async () => {
    expect(await vault.cancelled(one.state.accountId, 77n)).toBe(false);
    await vault.cancel(one.state.accountId, 77n);
    expect(await vault.cancelled(one.state.accountId, 77n)).toBe(true);
    await expect(vault.cancel(two.state.accountId, 77n)).rejects.toMatchObject({ code: "NOT_OWNER" });
  });
});
