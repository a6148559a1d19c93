import { getBytes } from "ethers";
import type { AccountState } from "../account/state.ts";
import { accountId } from "../chain/context.ts";
import type { Gate } from "../chain/gate.ts";
import type { BlockRange, Vault } from "../chain/vault.ts";
import { TacitError } from "../units/errors.ts";
import { type CopyKey, openCopy } from "../vault/copy.ts";
import { type KeptAccount, keptState } from "./account.ts";

/** The ids of an owner's accounts at a gate, oldest first. */
export async function accountsOf(gate: Gate, owner: string): Promise<bigint[]> {
  const count = Number(await gate.contract.getFunction("accountsOf").staticCall(owner));
  return Array.from({ length: count }, (_, i) => accountId(gate, owner, BigInt(i)));
}

/**
 * The state behind an account's present commitment, from the owner's copy on chain.
 * @throws TacitError `NOTHING_DISCLOSED` when the node has no disclosure of it, `NOT_OUR_COPY`
 */
export async function stateFromChain(
  vault: Vault,
  gate: Gate,
  id: bigint,
  key: CopyKey,
  range: BlockRange = {},
): Promise<{ readonly state: AccountState; readonly block: number }> {
  const { commitment } = await gate.account(id);
  for await (const { copy, block } of vault.disclosures(id, commitment, range)) {
    return { state: await openCopy(key, new Uint8Array(getBytes(copy)), { accountId: id, commitment }), block };
  }
  throw new TacitError("NOTHING_DISCLOSED", `the node has no disclosure of account ${id} as it stands`, {
    hint: "Ask a node that keeps logs, or the account's guardian for the state as a file.",
  });
}

/**
 * An account as it is kept, from the state behind its present commitment, whoever had it.
 * @param beside.names of instruments, by id
 * @throws TacitError `UNKNOWN_ACCOUNT`, `STALE_STATE` when the account stands at another commitment
 */
export async function keptFromState(
  vault: Vault,
  gate: Gate,
  state: AccountState,
  beside: { readonly names: ReadonlyMap<number, string>; readonly since: number; readonly from: string },
): Promise<KeptAccount> {
  const id = state.accountId;
  const [{ owner, status, commitment, size }, { guardian, nonce }] = await Promise.all([
    gate.account(id),
    vault.account(id),
  ]);
  if (status === "none") throw new TacitError("UNKNOWN_ACCOUNT", `the gate has no account ${id}`);
  const kept = await keptState(state, { size, nonce: Math.max(0, nonce - 1), act: `recovered from ${beside.from}` });
  if (kept.commitment !== commitment) {
    throw new TacitError("STALE_STATE", "the account stands at another commitment than this state has", {
      hint: "The file was written before the account's last change: ask for a new one.",
    });
  }
  const place = { chainId: vault.chainId, vault: vault.vault, gate: gate.gate };
  const { names, since } = beside;
  return { place, owner, id, guardian, names, since, states: [kept], standing: commitment };
}
