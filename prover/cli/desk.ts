import { stat } from "node:fs/promises";
import { ticketHash } from "../account/ticket.ts";
import type { Vault } from "../chain/vault.ts";
import { type Agreement, readTicket, ticketOf } from "../desk/agreement.ts";
import { type Legs, readLegs } from "../desk/legs.ts";
import { type Deal, makeLegs } from "../desk/make.ts";
import { type Offer, readOffer } from "../desk/offer.ts";
import { type KeptAccount, type KeptState, keptState } from "../keep/account.ts";
import { settleKept } from "../keep/standing.ts";
import type { Store } from "../keep/store.ts";
import { hasExpired } from "../market/settled.ts";
import { isoTime } from "../market/time.ts";
import type { Instrument, Market } from "../market/types.ts";
import { openProver } from "../prove/prover.ts";
import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";
import { similar } from "../units/similar.ts";
import { Cash, Price, Quantity } from "../units/units.ts";
import { writeWhole } from "../units/whole.ts";
import { haveKeys } from "./acting.ts";
import { readBackend } from "./backend.ts";
import type { Args } from "./command.ts";
import { explainSystem, type MOST_BYTES, readText } from "./files.ts";
import type { Io } from "./io.ts";
import type { Venue } from "./keeping.ts";

/** Text of a file that holds secrets, with a warning when others can read it too. */
export async function readSecretText(path: string, kind: keyof typeof MOST_BYTES, io: Io): Promise<string> {
  const text = await readText(path, kind);
  const { mode } = await stat(path);
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    io.note(`warning: ${path} holds secrets and other users may read it: chmod 600 ${path}`);
  }
  return text;
}

/** Writes a file for its owner's eyes. @param path as `checkOutput` gave it */
export const writeSecret = (path: string, text: string): Promise<void> =>
  explainSystem(path, () => writeWhole(path, new TextEncoder().encode(text), { mode: 0o600 }));

export const loadOffer = async (path: string, io: Io): Promise<Offer> =>
  readOffer(await readSecretText(path, "offer", io), path);

export const loadTicket = async (path: string, io: Io): Promise<{ agreement: Agreement; hash: bigint }> =>
  readTicket(await readSecretText(path, "ticket", io), path);

export const loadLegs = async (path: string): Promise<Legs> => readLegs(await readText(path, "legs"), path);

/** Time of the newest block, in unix seconds. */
export async function chainTime({ chain }: Venue): Promise<number> {
  const block = await chain.provider.getBlock("latest");
  if (block === null) throw new TacitError("NO_CHAIN", "the chain has no block");
  return block.timestamp;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `--expires`: so long after the chain's time, or at a time. @throws TacitError `USAGE` */
export function readExpiry(text: string, now: number): number {
  const [, count, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  const at = count === undefined ? Date.parse(text) / 1000 : now + Number(count) * (SECONDS[unit ?? ""] ?? 0);
  if (!Number.isInteger(at)) {
    throw new TacitError("USAGE", `--expires: ${quote(text)} is no time`, {
      hint: "Such as 30m, 2h, 1d, or 2026-02-04T15:00:00Z.",
    });
  }
  if (at > now) return at;
  throw new TacitError("USAGE", `--expires: ${isoTime(at)} is past, the chain is at ${isoTime(now)}`);
}

/** An instrument of a market that can be traded. @throws TacitError `UNKNOWN_INSTRUMENT`, `EXPIRED` */
export function tradable(market: Market, name: string): Instrument {
  const found = market.instruments.find((instrument) => instrument.name === name);
  if (found === undefined) {
    const near = similar(
      name,
      market.instruments.map((instrument) => instrument.name),
    );
    throw new TacitError("UNKNOWN_INSTRUMENT", `the market has no instrument ${quote(name)}`, {
      hint: near.length === 0 ? "Nothing listed has a similar name." : `Did you mean ${near.map(quote).join(" or ")}?`,
    });
  }
  if (!hasExpired(found, market.timestamp)) return found;
  throw new TacitError("EXPIRED", `${quote(name)} has expired`, { hint: "What has expired is settled, not traded." });
}

/** `--reduce` and `--fee-bound`, in 1e-12 USD. @throws TacitError `USAGE`, `BAD_DECIMAL`, `OUT_OF_RANGE` */
export async function readFeeBound(args: Args, vault: Vault): Promise<bigint | undefined> {
  const text = args.optional("fee-bound");
  if (!args.has("reduce")) {
    if (text === undefined) return undefined;
    throw new TacitError("USAGE", "--fee-bound goes with --reduce", { hint: "A fill gives up nothing by the mark." });
  }
  const { feeBound } = await vault.terms();
  if (text === undefined) return feeBound;
  const asked = Cash.parse(text, "--fee-bound");
  if (asked >= 0n && asked <= feeBound) return asked;
  throw new TacitError("USAGE", `--fee-bound is not between 0 and the vault's ${Cash.format(feeBound as Cash)} USD`);
}

/** Legs of one of the store's accounts, and the state that they lead to, which is not kept yet. */
export interface OwnLegs {
  readonly legs: Legs;
  /** Not kept yet with what is new: names, and the states that signed legs may end at before the last. */
  readonly account: KeptAccount;
  readonly next: KeptState;
}

/**
 * Makes the legs of an account over some tickets.
 * @param how.signed for somebody else to submit; else the signer, its owner, submits
 * @throws TacitError `NOT_OWNER`, those of `settleKept` and `makeLegs`
 */
export async function makeOwnLegs(
  args: Args,
  io: Io,
  { vault, gate, signer }: Venue,
  { store, kept, market }: { readonly store: Store; readonly kept: KeptAccount; readonly market: Market },
  agreements: readonly Agreement[],
  how: { readonly signed: boolean; readonly relayer?: string },
): Promise<OwnLegs> {
  const address = await signer.getAddress();
  if (address.toLowerCase() !== kept.owner.toLowerCase()) {
    throw new TacitError("NOT_OWNER", `${address} does not own the account, ${kept.owner} does`, {
      hint: "Give the owner's --keystore or --from.",
    });
  }
  const { account, current, awaited } = await settleKept(store, kept, vault, gate);
  if (current === null) throw new TacitError("NOT_OPEN", "the account is not open yet");
  if (awaited.some(({ fate }) => fate === "sent")) {
    throw new TacitError("PENDING", "an act of the account is on its way and would overtake the trade", {
      hint: "Wait until it is mined, then try again.",
    });
  }
  const feeBound = await readFeeBound(args, vault);
  const deals = agreements.map((agreement): Deal => ({ agreement, ...(feeBound === undefined ? {} : { feeBound }) }));
  await haveKeys(io, "transition", "disclose", `margin_${current.size}`);
  await using prover = await openProver(readBackend(args));
  const signs = { owner: signer, ...(how.relayer === undefined ? {} : { relayer: how.relayer }) };
  const maker = { prover, vault, copyKey: store.key, ...(how.signed ? { signs } : {}) };
  const { state, size } = current;
  const { legs, between, after } = await makeLegs(maker, { state, size, deals, market }, io.stage);
  io.settle();
  const hashes = await Promise.all(agreements.map((agreement) => ticketHash(ticketOf(agreement))));
  const actOf = (some: readonly bigint[]) =>
    `trade of ${some.length === 1 ? "the ticket" : "the tickets"} ${some.join(", ")}`;
  const next = await keptState(after, { size, nonce: legs.nonce, act: actOf(hashes) });
  // What others submit may end at any of its legs.
  const ends = how.signed ? between : [];
  const onTheWay = await Promise.all(
    ends.map((one, i) =>
      keptState(one, { size, nonce: legs.nonce + i, act: `${actOf(hashes.slice(0, i + 1))} without the rest` }),
    ),
  );
  const traded = agreements.map(({ instrument }): [number, string] => [instrument.id, instrument.name]);
  const names = new Map([...account.names, ...traded]);
  return { legs, account: { ...account, names, states: [...account.states, ...onTheWay] }, next };
}

/** A ticket as it may be shown to who has it: not its salt. */
export const ticketView = ({ agreement, hash }: { readonly agreement: Agreement; readonly hash: bigint }) => ({
  ticket: String(hash),
  instrument: agreement.instrument.name,
  quantity: Quantity.format(agreement.quantity),
  price: Price.format(agreement.price),
  buyer: String(agreement.buyer),
  seller: String(agreement.seller),
  expiry: isoTime(agreement.expiry),
});

export const offerView = (offer: Offer) => ({
  offer: `0x${offer.id.toString(16).padStart(32, "0")}`,
  maker: String(offer.maker),
  side: offer.side,
  instrument: offer.instrument.name,
  quantity: Quantity.format(offer.quantity),
  price: Price.format(offer.price),
  expiry: isoTime(offer.expiry),
});
