import { type KeptAccount, keptState } from "../keep/account.ts";
import { type Awaited, type Standing, sendKept, settleKept } from "../keep/standing.ts";
import type { Store } from "../keep/store.ts";
import { LAST_SPOT_ID } from "../market/listings.ts";
import { isoTime } from "../market/time.ts";
import type { Market } from "../market/types.ts";
import { openProver } from "../prove/prover.ts";
import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";
import { Quantity } from "../units/units.ts";
import type { Act, Hands, Kept } from "../vault/acts.ts";
import { readBackend } from "./backend.ts";
import type { Args, Outcome } from "./command.ts";
import type { Io } from "./io.ts";
import { chooseAccount, openKeeping, openVenue, type Venue } from "./keeping.ts";
import { buildKeys, keysPresent } from "./keys.ts";
import { columns } from "./text.ts";
import { accountView, renderAccount } from "./view.ts";

/** An account of the store about to be acted on by its owner. */
export interface Acting {
  readonly venue: Venue;
  readonly store: Store;
  readonly hands: Hands;
  readonly standing: Standing;
  /** Its present state. */
  readonly kept: Kept;
}

/**
 * Opens everything that an act of an account in the store takes, and closes it again.
 * @throws TacitError `PENDING` while a node still has another act of the account, `NOT_OPEN`, and those of what is opened
 */
export async function acting(args: Args, io: Io, act: (acting: Acting) => Promise<Outcome>): Promise<Outcome> {
  const options = readBackend(args);
  await using venue = await openVenue(args, io, true);
  await using store = await openKeeping(args, io);
  const found = await chooseAccount(args, store, venue.vault);
  const standing = await settleKept(store, found, venue.vault, venue.gate);
  const { current } = standing;
  for (const { state, fate } of standing.awaited) {
    if (fate === "sent") {
      throw new TacitError("PENDING", `"${state.act}" is sent and not mined yet`, {
        hint: "Wait for it, or replace it by another transaction of its sender.",
      });
    }
    io.note(`"${state.act}" has not come to stand: ${FATES[fate]}`);
  }
  if (current === null) {
    throw new TacitError("NOT_OPEN", `account ${found.id} is not open`, { hint: "Run `tacit account open` again." });
  }
  await haveKeys(io, "transition", "disclose");
  await using prover = await openProver(options);
  const hands = { prover, vault: venue.vault, copyKey: store.key };
  // Awaited here: what was opened is closed when this returns.
  return await act({ venue, store, hands, standing, kept: current });
}

/** Builds the keys of circuits that are not built yet. */
export async function haveKeys(io: Io, ...names: Parameters<typeof buildKeys>[0][]): Promise<void> {
  for (const name of names) {
    if (await keysPresent(name)) continue;
    io.note(`The keys of ${name} are not built yet; this happens once.`);
    await buildKeys(name);
  }
}

/** Keeps an act's state, sends it, and says how the account stands then. */
export async function carryOut(
  io: Io,
  { venue, store, account }: { readonly venue: Venue; readonly store: Store; readonly account: KeptAccount },
  act: Act,
  what: string,
): Promise<Outcome> {
  const next = await keptState(act.after, { size: act.size, nonce: act.nonce, act: what });
  io.stage("sending");
  const { done, account: kept } = await sendKept(store, account, next, act.send);
  const standing = await settleKept(store, kept, venue.vault, venue.gate);
  io.settle();
  const shown = await showStanding(standing, venue);
  return {
    code: 0,
    json: { act: what, transaction: done.hash, gas: String(done.gas), ...shown.json },
    text: `${what}: transaction ${done.hash}, ${done.gas} gas\n\n${shown.text}`,
  };
}

const FATES: Readonly<Record<Awaited["fate"], string>> = {
  unsent: "no transaction of it is known",
  sent: "sent, not mined yet",
  dropped: "the node does not know its transaction any more; it may come back",
  replaced: "its sender used its place for another transaction",
  failed: "its transaction was mined and refused",
};

/** An account as its owner sees it: what the gate says, and the state without its secrets. */
export async function showStanding({ account, current, awaited }: Standing, venue: Venue | null) {
  const { place, id, owner, guardian, names } = account;
  const gate = venue === null ? null : await venue.gate.account(id);
  const view = current === null ? null : accountView({ ...current, names });
  const about = {
    accountId: String(id),
    chainId: String(place.chainId),
    vault: place.vault,
    gate: place.gate,
    owner,
    guardian,
    status: gate?.status ?? null,
    leaseUntil: gate === null || gate.leaseUntil === 0 ? null : isoTime(gate.leaseUntil),
  };
  const waiting = awaited.map(({ state, fate }) => ({
    act: state.act,
    fate,
    transaction: state.sent?.hash ?? null,
    commitment: String(state.commitment),
  }));
  const text = [
    ...columns([
      ["account", about.accountId],
      ["vault", `${about.vault} on chain ${about.chainId}, read by guardian ${guardian}`],
      ...(gate === null
        ? []
        : [["status", about.leaseUntil === null ? gate.status : `${gate.status}, leased until ${about.leaseUntil}`]]),
      ...waiting.map(({ act, fate }) => ["awaited", `${act}: ${FATES[fate]}`]),
    ]),
    ...(view === null ? ["not open"] : [renderAccount(view)]),
    "",
  ].join("\n");
  return { json: { ...about, ...view, awaited: waiting }, text };
}

/** What a state held is called by a market from now on, besides what was known. */
export function withNames(account: KeptAccount, market: Market | undefined): KeptAccount {
  const listed = (market?.instruments ?? []).map(({ id, name }): [number, string] => [id, name]);
  const held = new Set(account.states.flatMap(({ state }) => state.positions.map(({ id }) => id)));
  const known = listed.filter(([id]) => held.has(id) || id <= LAST_SPOT_ID);
  return { ...account, names: new Map([...account.names, ...known]) };
}

/** An asset by name: `cash`, a spot's name in a market or in what is kept, or a spot id. @throws TacitError `USAGE` */
export function readAsset(
  text: string,
  names: ReadonlyMap<number, string>,
): { readonly asset: number; readonly name: string } {
  if (text === "cash" || text === "0") return { asset: 0, name: "cash" };
  const named = [...names].find(([id, name]) => name === text && id <= LAST_SPOT_ID);
  if (named !== undefined) return { asset: named[0], name: named[1] };
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= LAST_SPOT_ID) {
    return { asset: Number(text), name: names.get(Number(text)) ?? `asset ${text}` };
  }
  throw new TacitError("USAGE", `--asset: there is no asset ${quote(text)}`, {
    hint: "Write cash, the name of a coin that the market lists as spot, or its id.",
  });
}

/** An amount of at most 6 decimals, above zero. @throws TacitError `BAD_DECIMAL`, `OUT_OF_RANGE`, `BAD_AMOUNT` */
export function readAmount(text: string): bigint {
  const amount = Quantity.parse(text, "--amount");
  if (amount <= 0n) throw new TacitError("BAD_AMOUNT", "--amount is not above zero");
  return amount;
}
