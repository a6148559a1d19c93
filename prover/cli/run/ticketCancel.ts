import { refusals } from "../../desk/refusals.ts";
import { TacitError } from "../../units/errors.ts";
import type { Run } from "../command.ts";
import { loadTicket } from "../desk.ts";
import { chooseAccount, openKeeping, openVenue } from "../keeping.ts";

export const run: Run = async (args, io) => {
  const [path, name] = [args.optional("ticket"), args.optional("hash")];
  if ((path === undefined) === (name === undefined)) throw new TacitError("USAGE", "give one of --ticket and --hash");
  if (name !== undefined && !/^(0|[1-9]\d{0,76})$/.test(name)) {
    throw new TacitError("USAGE", "--hash is no ticket's name", { hint: "Decimal, as `tacit ticket show` prints it." });
  }
  const hash = path === undefined ? BigInt(name ?? "") : (await loadTicket(path, io)).hash;
  await using venue = await openVenue(args, io, true);
  await using store = await openKeeping(args, io);
  const { vault } = venue;
  const { id } = await chooseAccount(args, store, vault);
  if (await vault.filled(hash)) throw refusals.filled(hash);
  io.stage("cancelling");
  const done = await vault.cancel(id, hash);
  io.settle();
  return {
    code: 0,
    json: { ticket: String(hash), account: String(id), transaction: done.hash, gas: Number(done.gas) },
    text: `cancelled: account ${id} takes no side of the ticket ${hash} any more (transaction ${done.hash})\n`,
  };
};
