import type { Account } from "../account/file.ts";
import { settleKept } from "../keep/standing.ts";
import { TacitError } from "../units/errors.ts";
import type { Args } from "./command.ts";
import type { Io } from "./io.ts";
import { chooseAccount, openKeeping, openVenue } from "./keeping.ts";
import { loadAccount } from "./load.ts";

const KEPT_FLAGS = ["store", "account-id", "vault", "rpc", "chain"];

/**
 * The account that a command speaks of: that of `--account`, or one of the store, as its gate has it or, without a chain, as
 * it was last seen. Names are of what it holds.
 * @returns file how errors name it
 * @throws TacitError `USAGE`, `NOT_OPEN`, and those of `loadAccount`, `openKeeping`, `openVenue`, `settleKept`
 */
export async function loadHolder(args: Args, io: Io): Promise<{ readonly account: Account; readonly file: string }> {
  const path = args.optional("account");
  if (path !== undefined) {
    const other = KEPT_FLAGS.find((flag) => args.has(flag));
    if (other === undefined) return { account: await loadAccount(path, io), file: path };
    throw new TacitError("USAGE", `--account is a file of its own: --${other} says nothing of it`);
  }
  const online = args.has("chain") || args.has("rpc") || process.env.TACIT_RPC !== undefined;
  await using venue = online ? await openVenue(args, io, false) : null;
  await using store = await openKeeping(args, io);
  const kept = await chooseAccount(args, store, venue?.vault);
  const current =
    venue === null
      ? kept.states.find(({ commitment }) => commitment === kept.standing)
      : (await settleKept(store, kept, venue.vault, venue.gate)).current;
  if (current === undefined || current === null) {
    throw new TacitError("NOT_OPEN", `account ${kept.id} is not known to be open`, {
      hint: "With --rpc or --chain its gate is asked; `tacit account open` opens it.",
    });
  }
  if (venue === null) io.note("As last seen: with --rpc or --chain the gate is asked how the account stands.");
  const { state, size, commitment } = current;
  const held = state.positions.filter(({ id }) => id !== 0);
  const names = new Map(held.map(({ id }) => [id, kept.names.get(id) ?? `instrument ${id}`]));
  return { account: { state, size, names, commitment }, file: "the store" };
}
