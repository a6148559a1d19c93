import { readBook, readEpoch } from "../chain/book.ts";
import { gateContext } from "../chain/context.ts";
import type { GateAccount } from "../chain/gate.ts";
import type { ViewingKey } from "../chain/guardians.ts";
import type { Vault, VaultAccount, VaultPlace, VaultTerms } from "../chain/vault.ts";
import { SET_NAMES, type SetName } from "../market/types.ts";
import { TacitError } from "../units/errors.ts";
import type { Legs } from "./legs.ts";

/** What the chain says of an account that trades. */
export interface AccountFacts extends Omit<GateAccount, "nonce">, VaultAccount {
  /** The public signal `context` of its next healthy proof through the vault. */
  readonly healthContext: bigint;
  /** The coverage that each set is proven at. */
  readonly coverages: Readonly<Record<SetName, bigint>>;
  /** Of its guardian, that what it discloses may be for now. */
  readonly acceptedKeys: ReadonlyMap<number, ViewingKey>;
}

/** What the chain says of a trade, read when it is about to be sent. */
export interface TradeFacts {
  readonly place: VaultPlace;
  /** Unix seconds of the newest block. */
  readonly now: number;
  readonly terms: VaultTerms;
  /** Whether proofs at the trade's epoch are still taken, and its roots. */
  readonly latest: boolean;
  readonly roots: Readonly<Record<SetName, bigint>>;
  readonly accounts: ReadonlyMap<bigint, AccountFacts>;
  readonly filled: ReadonlySet<bigint>;
  /** By either of their accounts. */
  readonly cancelled: ReadonlySet<bigint>;
}

/** Reads what the vault will compare the legs with. @throws TacitError `UNKNOWN_ACCOUNT`, `UNKNOWN_EPOCH` */
export async function readFacts(vault: Vault, all: readonly Legs[]): Promise<TradeFacts> {
  const gate = await vault.gate();
  const { provider } = gate;
  const number = all[0]?.epoch ?? 0;
  const [block, terms, book] = await Promise.all([
    provider.getBlock("latest"),
    vault.terms(),
    readBook(provider, await gate.book()),
  ]);
  const [{ epoch }, latest] = await Promise.all([readEpoch(provider, book, { number }), gate.isLatest(number)]);
  const accounts = new Map<bigint, AccountFacts>();
  for (const { account, disclosure } of all) accounts.set(account, await readAccount(vault, account, disclosure.key));
  const tickets = [...new Map(all.flatMap(({ legs }) => legs.map((leg) => [leg.ticket, leg]))).values()];
  const filled = await Promise.all(tickets.map(({ ticket }) => vault.filled(ticket)));
  const cancelled = await Promise.all(
    tickets.map(async ({ ticket, side1, side2 }) =>
      (await Promise.all([side1, side2].map((side) => vault.cancelled(side, ticket)))).includes(true),
    ),
  );
  const those = (held: readonly boolean[]) => new Set(tickets.filter((_, i) => held[i]).map(({ ticket }) => ticket));
  return {
    place: { chainId: vault.chainId, vault: vault.vault },
    now: block?.timestamp ?? 0,
    terms,
    latest,
    roots: Object.fromEntries(SET_NAMES.map((set, i) => [set, epoch.requirementRoots[i] ?? 0n])) as Record<
      SetName,
      bigint
    >,
    accounts,
    filled: those(filled),
    cancelled: those(cancelled),
  };
}

/** @param key the one that the account's disclosure is for */
async function readAccount(vault: Vault, id: bigint, key: number): Promise<AccountFacts> {
  const [gate, guardians] = await Promise.all([vault.gate(), vault.guardians()]);
  const [kept, { nonce: _, ...standing }, terms] = await Promise.all([
    vault.account(id),
    gate.account(id),
    gate.terms(),
  ]);
  if (standing.status === "none" || kept.guardian === 0) {
    throw new TacitError("UNKNOWN_ACCOUNT", `the vault has no account ${id}`);
  }
  const accepted = await guardians.accepts(kept.guardian, key).catch(() => false);
  return {
    ...standing,
    ...kept,
    healthContext: gateContext(gate, id, "prove", vault.vault, 0n),
    coverages: {
      maintenance: BigInt(terms.coverageMaintenance),
      initial: BigInt(Math.max(terms.coverageInitial, standing.pledged)),
    },
    acceptedKeys: new Map(accepted ? [[key, await guardians.key(key)]] : []),
  };
}
