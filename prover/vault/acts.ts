import { type AccountState, commit, randomSecret } from "../account/state.ts";
import type { Change } from "../account/transition.ts";
import { readBook, readEpoch } from "../chain/book.ts";
import type { Consent } from "../chain/consent.ts";
import type { Done, Gate, GateAccount, Size } from "../chain/gate.ts";
import type { ViewingKey } from "../chain/guardians.ts";
import { type Sending, transitionContext, type Vault, type VaultDisclosure } from "../chain/vault.ts";
import { buildSettlementTree, type Settlement } from "../market/settlement.ts";
import type { Market } from "../market/types.ts";
import type { Prover } from "../prove/prover.ts";
import { TacitError } from "../units/errors.ts";
import { type AgreedTransition, agreedTransition } from "./consent.ts";
import type { CopyKey } from "./copy.ts";
import { proveDisclosure } from "./disclosure.ts";
import { epochOfMarket, proveHealth } from "./health.ts";
import { type ProvenStep, proveStep } from "./step.ts";

/** What acting on an account takes: something that proves, the vault as its sender sees it, and the key of the owner's copies. */
export interface Hands {
  readonly prover: Prover;
  readonly vault: Vault;
  readonly copyKey: CopyKey;
  /** How an owner who is not the sender agrees; absent where the sender is the owner. */
  readonly consent?: (transition: AgreedTransition, nonce: number) => Promise<Consent>;
}

/** An act ready to be sent. Keep `after` before `send`: without it nobody but the guardian can open the account any more. */
export interface Act {
  readonly id: bigint;
  readonly after: AccountState;
  readonly commitment: bigint;
  /** The account's afterwards. */
  readonly size: Size;
  /** The account's transitions before it. */
  readonly nonce: number;
  send(sending?: Sending): Promise<Done>;
}

/** An account as its owner keeps it. */
export interface Kept {
  readonly state: AccountState;
  readonly size: Size;
}

/** Largest amount that one act moves, 1e-6. */
const MOST_MOVED = 2n ** 47n - 1n;

/**
 * Opens the sender's next account, empty.
 * @throws TacitError `GUARDIAN_CLOSED`, `BAD_POINT`
 */
export async function prepareOpen(
  hands: Hands,
  wish: { readonly guardian: number; readonly size: Size },
): Promise<Act> {
  const { vault, prover } = hands;
  const [gate, guardians] = await Promise.all([vault.gate(), vault.guardians()]);
  if (!(await guardians.isOpen(wish.guardian))) {
    throw new TacitError(
      "GUARDIAN_CLOSED",
      `no new account may pick guardian ${wish.guardian}: it is unknown or retired`,
      {
        hint: "Pick another that the registry has.",
      },
    );
  }
  const id = await gate.nextAccountId();
  const before: AccountState = { accountId: id, cash: 0n as AccountState["cash"], positions: [], salt: randomSecret() };
  const context = transitionContext(vault, id, 0);
  const step = await proveStep(prover.circuits, { before, change: { mode: "open" }, context });
  const guardian = await guardians.currentKey(wish.guardian);
  const disclosure = await disclose(hands, step.after, guardian);
  return actOf({ ...step, nonce: 0 }, wish.size, (sending) =>
    vault.open(wish.guardian, wish.size, step, disclosure, sending),
  );
}

/**
 * Takes tokens from the sender and adds them to the account.
 * @param wish.asset 0 for cash, else a spot id
 * @param wish.amount 1e-6 of the asset
 * @param wish.market for any asset but cash: one of its own rows must value what comes in
 * @throws TacitError `UNVALUED_ASSET`, `UNKNOWN_ASSET`, `BAD_AMOUNT`, `STALE_STATE`, and those of `applyChange`
 */
export async function prepareDeposit(
  hands: Hands,
  kept: Kept,
  wish: { readonly asset: number; readonly amount: bigint; readonly market?: Market },
): Promise<Act> {
  const { vault } = hands;
  const { asset, amount, market } = wish;
  checkAmount(amount);
  await vault.collateral(asset);
  if (asset !== 0) await requireRow(await vault.gate(), asset, market);
  const { step, disclosure } = await changed(hands, kept, { mode: "transfer", asset, amount });
  return actOf(step, kept.size, (sending) => vault.deposit(asset, amount, step, disclosure, sending));
}

/**
 * Pays tokens out, on a proof that the account covers its initial requirement without them.
 * @param wish.market the newest epoch's
 * @throws TacitError as `proveHealth`, `BAD_AMOUNT`, `STALE_STATE`, and those of `applyChange`
 */
export async function prepareWithdrawal(
  hands: Hands,
  kept: Kept,
  wish: { readonly asset: number; readonly amount: bigint; readonly to: string; readonly market: Market },
): Promise<Act> {
  const { vault, prover } = hands;
  const { asset, amount, to, market } = wish;
  checkAmount(amount);
  await vault.collateral(asset);
  const change: Change = { mode: "transfer", asset, amount: -amount };
  const { step, disclosure, gate } = await changed(hands, kept, change, { recipient: to });
  const request = { gate, vault, state: step.after, market, set: "initial", size: kept.size } as const;
  const { epoch, health } = await proveHealth(prover, request);
  const payment = { asset, amount, to, epoch, health };
  return actOf(step, kept.size, (sending) => vault.withdraw(payment, step, disclosure, sending));
}

/**
 * An expired position becomes cash at its settlement price.
 * @param wish.id the instrument's
 * @param wish.settlements all that the newest epoch has settled, in its order
 * @throws TacitError `OTHER_SETTLEMENTS`, `NOT_SETTLED`, `NOT_HELD`, `STALE_STATE`
 */
export async function prepareSettlement(
  hands: Hands,
  kept: Kept,
  wish: { readonly id: number; readonly settlements: readonly Settlement[] },
): Promise<Act> {
  const { vault } = hands;
  const tree = await buildSettlementTree(wish.settlements);
  const entry = tree.open(wish.id);
  const gate = await vault.gate();
  const { provider } = gate;
  const book = await readBook(provider, await gate.book());
  const { number, epoch } = await readEpoch(provider, book, { number: book.latest });
  if (epoch.settlementRoot !== tree.root) {
    throw new TacitError("OTHER_SETTLEMENTS", `these are not the settlements of epoch ${number}, the newest`, {
      hint: "Take the epoch file of the newest epoch.",
    });
  }
  const { step, disclosure } = await changed(hands, kept, { mode: "settle", id: wish.id, entry });
  return actOf(step, kept.size, (sending) => vault.settle(step, disclosure, sending));
}

/**
 * Exchanges two slots, renews the salt (`from` and `to` the same), or gives the account another size.
 * @throws TacitError `TOO_MANY_POSITIONS`, `NO_SUCH_SLOT`, `STALE_STATE`
 */
export async function prepareMove(
  hands: Hands,
  kept: Kept,
  wish: { readonly from: number; readonly to: number; readonly size?: Size },
): Promise<Act> {
  const { vault } = hands;
  const { from, to, size = kept.size } = wish;
  if (kept.state.positions.length > size) {
    const { length } = kept.state.positions;
    throw new TacitError("TOO_MANY_POSITIONS", `${length} slots are in use, an account of size ${size} has ${size}`, {
      hint: "Close positions or move them to the front first.",
    });
  }
  const { step, disclosure } = await changed(hands, kept, { mode: "move", from, to }, { size });
  return actOf(step, size, (sending) => vault.move(size, step, disclosure, sending));
}

/** The change proven and agreed to, and the state after it disclosed. */
async function changed(
  hands: Hands,
  { state }: Kept,
  change: Change,
  beside: Parameters<typeof agreedTransition>[3] = {},
): Promise<{
  readonly step: ProvenStep & { readonly id: bigint; readonly nonce: number; readonly consent?: Consent };
  readonly disclosure: VaultDisclosure;
  readonly gate: Gate;
}> {
  const { vault, prover, consent } = hands;
  const id = state.accountId;
  const [gate, guardians, { guardian, nonce }] = await Promise.all([
    vault.gate(),
    vault.guardians(),
    vault.account(id),
  ]);
  await requireStanding(gate, state);
  const proven = await proveStep(prover.circuits, {
    before: state,
    change,
    context: transitionContext(vault, id, nonce),
  });
  const disclosure = await disclose(hands, proven.after, await guardians.currentKey(guardian));
  const agreed = await agreedTransition(id, proven.commitment, change, beside);
  const signed = consent === undefined ? {} : { consent: await consent(agreed, nonce) };
  return { step: { ...proven, id, nonce, ...signed }, disclosure, gate };
}

const disclose = ({ prover, copyKey }: Hands, state: AccountState, guardian: ViewingKey): Promise<VaultDisclosure> =>
  proveDisclosure(prover.circuits, { state, guardian, copyKey });

const actOf = (step: ProvenStep & { readonly nonce: number }, size: Size, send: Act["send"]): Act => {
  const { after, commitment, nonce } = step;
  return { id: after.accountId, after, commitment, size, nonce, send };
};

/**
 * The account at the gate, which has this very state: a proof about another would be refused, after everything was paid for.
 * @throws TacitError `STALE_STATE`
 */
export async function requireStanding(gate: Gate, state: AccountState): Promise<GateAccount> {
  const account = await gate.account(state.accountId);
  if (account.commitment === (await commit(state))) return account;
  throw new TacitError("STALE_STATE", "the account stands at another commitment than the state that is kept", {
    hint: "`tacit account recover` reads the present one from the chain.",
  });
}

function checkAmount(amount: bigint): void {
  if (amount > 0n && amount <= MOST_MOVED) return;
  throw new TacitError(
    "BAD_AMOUNT",
    amount <= 0n ? "the amount is not above zero" : "the amount is larger than a position can be",
  );
}

/** What no row values is held but counts for nothing, and no requirement of the account could be proven any more. */
async function requireRow(gate: Gate, asset: number, market: Market | undefined): Promise<void> {
  if (market === undefined) {
    throw new TacitError("UNVALUED_ASSET", `asset ${asset} is no cash, so the market that values it is needed`, {
      hint: "Give the market file of a recent epoch.",
    });
  }
  await epochOfMarket(gate, market);
  if (market.sets.maintenance.rows.has(asset) && market.sets.initial.rows.has(asset)) return;
  throw new TacitError(
    "UNVALUED_ASSET",
    `the market has no row of asset ${asset}: an account that holds it cannot be proven`,
    {
      hint: "Deposit what the market lists.",
    },
  );
}
