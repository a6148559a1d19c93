import type { Sending } from "../../chain/vault.ts";
import type { Agreement } from "../../desk/agreement.ts";
import { forgetTicket, keepTicket, keptTickets, requireAgreed } from "../../desk/keep.ts";
import { formatLegs, type Legs } from "../../desk/legs.ts";
import { checkLegs, settleTrade } from "../../desk/settle.ts";
import { readAddress } from "../../epoch/file.ts";
import { writeKept } from "../../keep/account.ts";
import { sendKept } from "../../keep/standing.ts";
import { TacitError } from "../../units/errors.ts";
import type { Run } from "../command.ts";
import { chainTime, loadLegs, loadTicket, makeOwnLegs, type OwnLegs } from "../desk.ts";
import { checkOutput, writeOutput } from "../files.ts";
import { chooseAccount, openKeeping, openVenue } from "../keeping.ts";
import { loadMarket } from "../load.ts";

export const run: Run = async (args, io) => {
  const [tickets, theirs, given] = [args.list("ticket"), args.list("legs"), args.optional("out")];
  if (tickets.length > 0 && theirs.length === 0 && given === undefined) {
    throw new TacitError("USAGE", "--legs is missing: those of the account that you trade with", {
      hint: "Or --out, to write your legs for somebody else to submit.",
    });
  }
  if (tickets.length === 0 && theirs.length === 0) {
    throw new TacitError("USAGE", "give --ticket, to make your legs, and --legs, those of others");
  }
  if (given !== undefined && tickets.length === 0) {
    throw new TacitError("USAGE", "--out is for legs of your own, which take --ticket");
  }
  const relayer = args.optional("relayer");
  if (relayer !== undefined && given === undefined) {
    throw new TacitError("USAGE", "--relayer goes with --out: without it you submit yourself");
  }
  const named = relayer === undefined ? {} : { relayer: readAddress(relayer, "--relayer", "who submits") };
  const inputs = [...tickets, ...theirs];
  const out = given === undefined ? undefined : await checkOutput(given, inputs);
  const others: Legs[] = [];
  for (const path of theirs) others.push(await loadLegs(path));

  if (tickets.length === 0) {
    await using venue = await openVenue(args, io, true);
    const done = await settleTrade(venue.vault, others, {}, io.stage);
    io.settle();
    return settled(others, done);
  }

  const marketPath = args.text("market");
  const { market } = await loadMarket(marketPath, io);
  await using venue = await openVenue(args, io, true);
  await using store = await openKeeping(args, io);
  const kept = await chooseAccount(args, store, venue.vault);
  const now = await chainTime(venue);
  const known = new Set((await keptTickets(store)).map(({ hash, account }) => `${hash} ${account}`));
  const agreements: Agreement[] = [];
  const fresh: Agreement[] = [];
  let left = false;
  try {
    for (const path of tickets) {
      const { agreement, hash } = await loadTicket(path, io);
      await requireAgreed(store, venue.vault, agreement, kept.id, now);
      agreements.push(agreement);
      if (!known.has(`${hash} ${kept.id}`)) fresh.push(agreement);
      // A part of an offer from here on: what is left for the next is less.
      await keepTicket(store, agreement, kept.id);
    }
    // What others made is looked at before anything is proven here.
    if (out === undefined) await checkLegs(venue.vault, others);
    const how = { signed: out !== undefined, ...named };
    const own: OwnLegs = await makeOwnLegs(args, io, venue, { store, kept, market }, agreements, how);
    if (out !== undefined) {
      await writeKept(store, { ...own.account, states: [...own.account.states, own.next] });
      left = true;
      await writeOutput(out, formatLegs(own.legs));
      return {
        code: 0,
        json: { out: given, epoch: own.legs.epoch, set: own.legs.set, tickets: ticketsOf([own.legs]) },
        text: `written: ${given}, which holds what the chain will see. Whoever has the other sides' legs can settle with it.\n`,
      };
    }
    const all = [own.legs, ...others];
    const { done } = await sendKept(store, own.account, own.next, ({ sent }) => {
      const sending: Sending = {
        sent(transaction) {
          left = true;
          return sent(transaction);
        },
      };
      return settleTrade(venue.vault, all, sending, io.stage);
    });
    io.settle();
    return settled(all, done);
  } catch (failure) {
    // Nothing left the machine: the parts are free again. Of what failed otherwise, such as a node that took the transaction
    // and whose answer was lost, nobody knows.
    const refused = failure instanceof TacitError && failure.code !== "NO_CHAIN";
    if (!left && refused) for (const agreement of fresh) await forgetTicket(store, agreement, kept.id);
    throw failure;
  }
};

const ticketsOf = (all: readonly Legs[]): string[] => [
  ...new Set(all.flatMap(({ legs }) => legs.map(({ ticket }) => String(ticket)))),
];

function settled(all: readonly Legs[], { hash, gas }: { readonly hash: string; readonly gas: bigint }) {
  const tickets = ticketsOf(all);
  return {
    code: 0 as const,
    json: { transaction: hash, gas: Number(gas), tickets, accounts: all.map(({ account }) => String(account)) },
    text: `settled: ${tickets.length} ${tickets.length === 1 ? "ticket" : "tickets"} of ${all.length} accounts in transaction ${hash} (gas ${gas})\n`,
  };
}
