import { fateOf, keptOffers, keptTickets, partsOf } from "../../desk/keep.ts";
import { samePlace } from "../../desk/place.ts";
import { remaining } from "../../desk/remaining.ts";
import { listKept } from "../../keep/account.ts";
import { settleKept } from "../../keep/standing.ts";
import type { Market } from "../../market/types.ts";
import { TacitError } from "../../units/errors.ts";
import { Price, Quantity } from "../../units/units.ts";
import type { Outcome, Run } from "../command.ts";
import { chainTime, loadOffer, loadTicket, offerView, ticketView } from "../desk.ts";
import { openKeeping, openVenue } from "../keeping.ts";
import { loadMarket } from "../load.ts";
import { columns } from "../text.ts";

export const run: Run = async (args, io) => {
  const [ticket, offer, marketPath] = [args.optional("ticket"), args.optional("offer"), args.optional("market")];
  if (ticket !== undefined && offer !== undefined) throw new TacitError("USAGE", "give one of --ticket and --offer");
  const market = marketPath === undefined ? undefined : (await loadMarket(marketPath, io)).market;
  if (ticket !== undefined) {
    const loaded = await loadTicket(ticket, io);
    return one({ ...ticketView(loaded), ...markOf(loaded.agreement.instrument.id, market) });
  }
  if (offer !== undefined) {
    const loaded = await loadOffer(offer, io);
    return one({ ...offerView(loaded), ...markOf(loaded.instrument.id, market) });
  }
  await using venue = await openVenue(args, io, false);
  await using store = await openKeeping(args, io);
  const { vault, gate } = venue;
  const now = await chainTime(venue);
  // What others submitted is learned here, and kept.
  for (const kept of await listKept(store)) {
    if (samePlace(kept.place, vault)) await settleKept(store, kept, vault, gate);
  }
  const offers = [];
  for (const made of (await keptOffers(store)).filter((one) => samePlace(one, vault))) {
    const left = now > made.expiry ? null : remaining(made, await partsOf(store, vault, made, now), now);
    offers.push({ ...offerView(made), left: left === null ? null : Quantity.format(left) });
  }
  const tickets = [];
  for (const kept of (await keptTickets(store)).filter(({ agreement }) => samePlace(agreement, vault))) {
    const fate = await fateOf(vault, kept.agreement, kept.hash, now);
    tickets.push({ ...ticketView(kept), account: String(kept.account), fate });
  }
  const lines = [
    ...offers.map(({ side, quantity, instrument, price, left, offer }) => [
      ...["offer", offer, side, quantity, instrument, `at ${price}`],
      left === null ? "expired" : `${left} left`,
    ]),
    ...tickets.map(({ ticket, account, buyer, quantity, instrument, price, fate }) => [
      ...["ticket", ticket, account === buyer ? "buys" : "sells", quantity, instrument, `at ${price}`, fate],
    ]),
  ];
  const text = lines.length === 0 ? "no offers and no tickets\n" : `${columns(lines).join("\n")}\n`;
  return { code: 0, json: { offers, tickets }, text };
};

const markOf = (id: number, market: Market | undefined): { readonly mark?: string } => {
  const mark = market?.sets.maintenance.rows.get(id)?.mark;
  return mark === undefined ? {} : { mark: Price.format(mark) };
};

const one = (view: Readonly<Record<string, string>>): Outcome => ({
  code: 0,
  json: view,
  text: `${columns(Object.entries(view)).join("\n")}\n`,
});
