import { z } from "zod";
import { SIZES, type Size } from "../account/file.ts";
import { type AccountState, commit } from "../account/state.ts";
import { readState, stateSchema, writeState } from "../account/stateFile.ts";
import type { Sent } from "../chain/vault.ts";
import { TacitError } from "../units/errors.ts";
import type { Store } from "./store.ts";

/** Where an account lives. */
export interface KeptPlace {
  readonly chainId: bigint;
  readonly vault: string;
  readonly gate: string;
}

/** A state that the account had, has, or will have if what leads to it is mined. */
export interface KeptState {
  readonly state: AccountState;
  readonly commitment: bigint;
  /** The account's with it. */
  readonly size: Size;
  /** Transitions of the account before the one, or the first of those, that lead to it. */
  readonly nonce: number;
  /** What leads to it, for people, such as "deposit 25000 of cash". */
  readonly act: string;
  /** Null until a node has taken it; what others submit stays null. */
  readonly sent: Sent | null;
  /** Unix seconds, by this machine's clock. */
  readonly written: number;
}

/** An account as its owner keeps it: which of its states stands is the gate's to say. */
export interface KeptAccount {
  readonly place: KeptPlace;
  readonly owner: string;
  readonly id: bigint;
  readonly guardian: number;
  /** Names of instruments held, by id. */
  readonly names: ReadonlyMap<number, string>;
  /** A block before which nothing of the account is on chain. */
  readonly since: number;
  /** Oldest first. */
  readonly states: readonly KeptState[];
  /** The commitment that the gate had last; null before the account was seen open. */
  readonly standing: bigint | null;
}

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const decimal = z.string().regex(/^(0|[1-9]\d{0,77})$/);
const count = z.int().min(0);

const keptSchema = z.strictObject({
  version: z.literal(1),
  chainId: decimal,
  vault: address,
  gate: address,
  owner: address,
  id: decimal,
  guardian: count,
  names: z.record(z.string().regex(/^\d{1,10}$/), z.string()),
  since: count,
  standing: decimal.nullable(),
  states: z.array(
    z.strictObject({
      state: stateSchema,
      size: z.literal([...SIZES]),
      nonce: count,
      act: z.string(),
      sent: z.strictObject({ hash: z.string(), from: address, nonce: count }).nullable(),
      written: count,
    }),
  ),
});

const KIND = "account";
const nameOf = ({ chainId, gate }: KeptPlace, id: bigint): string => `${chainId} ${gate.toLowerCase()} ${id}`;

/** A state as it is kept before what leads to it is sent. */
export async function keptState(
  state: AccountState,
  beside: { readonly size: Size; readonly nonce: number; readonly act: string },
): Promise<KeptState> {
  const { size, nonce, act } = beside;
  return {
    state,
    commitment: await commit(state),
    size,
    nonce,
    act,
    sent: null,
    written: Math.floor(Date.now() / 1000),
  };
}

export async function writeKept(store: Store, account: KeptAccount): Promise<void> {
  const { place, owner, id, guardian, names, since, states, standing } = account;
  const value: z.infer<typeof keptSchema> = {
    version: 1,
    chainId: String(place.chainId),
    vault: place.vault,
    gate: place.gate,
    owner,
    id: String(id),
    guardian,
    names: Object.fromEntries(names),
    since,
    standing: standing === null ? null : String(standing),
    states: await Promise.all(
      states.map(async ({ state, size, nonce, act, sent, written }) => ({
        state: await writeState(state),
        size,
        nonce,
        act,
        sent,
        written,
      })),
    ),
  };
  await store.put(KIND, nameOf(place, id), value);
}

/** Every account of a store. @throws TacitError `BAD_STORE` */
export async function listKept(store: Store): Promise<readonly KeptAccount[]> {
  return Promise.all((await store.list(KIND)).map(({ name, value }) => parseKept(value, name)));
}

/** One account, if the store has it. @throws TacitError `BAD_STORE` */
export async function readKept(store: Store, place: KeptPlace, id: bigint): Promise<KeptAccount | undefined> {
  const name = nameOf(place, id);
  const value = await store.get(KIND, name);
  return value === undefined ? undefined : parseKept(value, name);
}

async function parseKept(value: unknown, name: string): Promise<KeptAccount> {
  const read = keptSchema.safeParse(value);
  if (!read.success) {
    const field = read.error.issues[0]?.path.join(".");
    throw new TacitError("BAD_STORE", `what is kept of account ${name} is not as this release writes it: ${field}`, {
      hint: "It was written by another release of tacit.",
    });
  }
  const { chainId, vault, gate, owner, id, guardian, names, since, standing, states } = read.data;
  return {
    place: { chainId: BigInt(chainId), vault, gate },
    owner,
    id: BigInt(id),
    guardian,
    names: new Map(Object.entries(names).map(([id, name]) => [Number(id), name])),
    since,
    standing: standing === null ? null : BigInt(standing),
    states: await Promise.all(
      states.map(async ({ state, ...rest }) => ({
        ...rest,
        state: await readState(state, `account ${name}`),
        commitment: BigInt(state.commitment),
      })),
    ),
  };
}
