import type { Provider } from "ethers";
import type { Gate } from "../chain/gate.ts";
import type { Sending, Vault } from "../chain/vault.ts";
import { TacitError } from "../units/errors.ts";
import { type KeptAccount, type KeptState, writeKept } from "./account.ts";
import type { Store } from "./store.ts";

/**
 * What became of a state that does not stand yet:
 * `unsent` no transaction is known, though one may be on its way; `sent` a node has it; `dropped` the node does not know it,
 * though it may come back; `replaced` the sender used its place for another; `failed` it was mined and refused.
 */
export type Fate = "unsent" | "sent" | "dropped" | "replaced" | "failed";

export interface Awaited {
  readonly state: KeptState;
  readonly fate: Fate;
}

/** An account beside the chain. */
export interface Standing {
  readonly account: KeptAccount;
  /** What the gate has now; null while the account is not open. */
  readonly current: KeptState | null;
  /** What may still come to stand, oldest first. */
  readonly awaited: readonly Awaited[];
}

/** States that stood, or were overtaken, this many transitions before the present one's are kept: a chain may yet forget its
 * last blocks. */
const DEPTH = 8;

/**
 * Asks the gate which of the kept states stands, and the node what became of the others; keeps what it learned.
 * @throws TacitError `LOST_STATE` when the gate has a commitment that no kept state opens
 */
export async function settleKept(store: Store, kept: KeptAccount, vault: Vault, gate: Gate): Promise<Standing> {
  const [{ status, commitment }, { nonce, guardian }] = await Promise.all([
    gate.account(kept.id),
    vault.account(kept.id),
  ]);
  const current = status === "none" ? null : kept.states.find((one) => one.commitment === commitment);
  if (current === undefined) {
    throw new TacitError("LOST_STATE", `account ${kept.id} stands at a commitment that the store has no state of`, {
      hint: "Run `tacit account recover`: the owner's copy is on chain.",
    });
  }
  // Of the transitions, 64 may be one trade's: they do not count against what stood before it.
  const from = current?.nonce ?? 0;
  const states = kept.states.filter((one) => one === current || one.nonce + DEPTH >= from);
  const seen = current === null ? kept.guardian : guardian;
  const account = { ...kept, guardian: seen, states, standing: current?.commitment ?? null };
  const known = states.length === kept.states.length && account.standing === kept.standing && seen === kept.guardian;
  if (!known) await writeKept(store, account);
  const open = states.filter((one) => one !== current && one.nonce >= nonce);
  const awaited = await Promise.all(open.map(async (state) => ({ state, fate: await fateOf(state, vault.provider) })));
  return { account, current, awaited };
}

async function fateOf({ sent }: KeptState, provider: Provider): Promise<Fate> {
  if (sent === null) return "unsent";
  const receipt = await provider.getTransactionReceipt(sent.hash);
  // Mined with success, and the gate has not the commitment: the node that answered this is ahead of the other.
  if (receipt !== null) return receipt.status === 0 ? "failed" : "sent";
  if ((await provider.getTransaction(sent.hash)) !== null) return "sent";
  return (await provider.getTransactionCount(sent.from)) > sent.nonce ? "replaced" : "dropped";
}

/**
 * Keeps a state and then sends what leads to it, in this order: the process may end at any point and nothing is lost.
 * @param send reports the transaction once a node has taken it
 * @returns what `send` does, and the account as it is kept now
 * @throws TacitError what was refused; a state whose sending was refused before any node took it is forgotten again
 */
export async function sendKept<T>(
  store: Store,
  account: KeptAccount,
  next: KeptState,
  send: (sending: Required<Sending>) => Promise<T>,
): Promise<{ readonly done: T; readonly account: KeptAccount }> {
  const withNext = (state: KeptState): KeptAccount => ({ ...account, states: [...account.states, state] });
  let kept = withNext(next);
  await writeKept(store, kept);
  let taken = false;
  try {
    const done = await send({
      sent: async (sent) => {
        taken = true;
        kept = withNext({ ...next, sent });
        await writeKept(store, kept);
      },
    });
    return { done, account: kept };
  } catch (failure) {
    // What a contract refuses, it refuses when its gas is estimated: nothing was sent.
    if (!taken && failure instanceof TacitError && failure.code !== "NO_CHAIN") await writeKept(store, account);
    throw failure;
  }
}
