import { ticketHash } from "../../account/ticket.ts";
import { type Agreement, accept, formatTicket, ticketOf } from "../../desk/agreement.ts";
import { keepTicket } from "../../desk/keep.ts";
import { formatLegs } from "../../desk/legs.ts";
import { requireOpen } from "../../desk/offer.ts";
import { samePlace } from "../../desk/place.ts";
import { readAddress } from "../../epoch/file.ts";
import { writeKept } from "../../keep/account.ts";
import { TacitError } from "../../units/errors.ts";
import { Quantity } from "../../units/units.ts";
import type { Run } from "../command.ts";
import { chainTime, loadOffer, makeOwnLegs, ticketView, writeSecret } from "../desk.ts";
import { checkOutput, writeOutput } from "../files.ts";
import { chooseAccount, openKeeping, openVenue } from "../keeping.ts";
import { loadMarket } from "../load.ts";
import { columns } from "../text.ts";

export const run: Run = async (args, io) => {
  const [offers, quantities, outs] = [args.list("offer"), args.list("quantity"), args.list("out")];
  if (outs.length !== offers.length || (quantities.length !== 0 && quantities.length !== offers.length)) {
    throw new TacitError("USAGE", "--offer, --out and --quantity, where given, are as many of each", {
      hint: "One ticket comes of every offer.",
    });
  }
  const [marketPath, legsPath] = [args.text("market"), args.text("legs")];
  const inputs = [...offers, marketPath];
  const paths: string[] = [];
  for (const out of outs) paths.push(await checkOutput(out, inputs));
  const legsOut = await checkOutput(legsPath, inputs);
  const relayer = args.optional("relayer");
  const named = relayer === undefined ? undefined : readAddress(relayer, "--relayer", "who submits");

  const { market } = await loadMarket(marketPath, io);
  await using venue = await openVenue(args, io, true);
  await using store = await openKeeping(args, io);
  const now = await chainTime(venue);
  const kept = await chooseAccount(args, store, venue.vault);
  const agreements: Agreement[] = [];
  for (const [i, path] of offers.entries()) {
    const offer = await loadOffer(path, io);
    if (!samePlace(offer, venue.vault)) {
      throw new TacitError("WRONG_PLACE", `${path} is an offer for another chain or vault`, {
        hint: "Offers count at one vault only.",
      });
    }
    requireOpen(offer, now);
    const quantity = quantities[i] === undefined ? offer.quantity : Quantity.parse(quantities[i], "--quantity");
    agreements.push(accept(offer, kept.id, quantity));
  }

  const how = { signed: true, ...(named === undefined ? {} : { relayer: named }) };
  const { legs, account, next } = await makeOwnLegs(args, io, venue, { store, kept, market }, agreements, how);
  // Kept before anything leaves: whoever gets the files can have the trade mined.
  for (const agreement of agreements) await keepTicket(store, agreement, kept.id);
  await writeKept(store, { ...account, states: [...account.states, next] });
  for (const [i, agreement] of agreements.entries()) await writeSecret(paths[i] ?? "", await formatTicket(agreement));
  await writeOutput(legsOut, formatLegs(legs));

  const views = await Promise.all(
    agreements.map(async (agreement, i) => ({
      out: outs[i],
      ...ticketView({ agreement, hash: await ticketHash(ticketOf(agreement)) }),
    })),
  );
  const until = views.map(({ expiry }) => expiry).sort()[0];
  return {
    code: 0,
    json: { legs: legsPath, epoch: legs.epoch, set: legs.set, tickets: views },
    text: [
      ...views.map((view) => columns(Object.entries(view).map(([name, value]) => [name, String(value)])).join("\n")),
      "",
      `written: the ticket, which is secret, and ${legsPath}, which holds what the chain will see. Hand both to the maker, who`,
      `may settle until ${until}, or not: cancel with \`tacit ticket cancel\` if you want out before.`,
      "",
    ].join("\n"),
  };
};
