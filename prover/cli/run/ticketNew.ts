import { keepOffer } from "../../desk/keep.ts";
import { formatOffer, makeOffer } from "../../desk/offer.ts";
import { TacitError } from "../../units/errors.ts";
import { quote } from "../../units/json.ts";
import { Price, Quantity } from "../../units/units.ts";
import type { Run } from "../command.ts";
import { chainTime, offerView, readExpiry, tradable, writeSecret } from "../desk.ts";
import { checkOutput } from "../files.ts";
import { chooseAccount, openKeeping, openVenue } from "../keeping.ts";
import { loadMarket } from "../load.ts";
import { columns } from "../text.ts";

export const run: Run = async (args, io) => {
  const [given, marketPath, side] = [args.text("out"), args.text("market"), args.text("side")];
  if (side !== "buy" && side !== "sell") {
    throw new TacitError("USAGE", `--side: ${quote(side)} is neither buy nor sell`);
  }
  const quantity = Quantity.parse(args.text("quantity"), "--quantity");
  const price = Price.parse(args.text("price"), "--price");
  const out = await checkOutput(given, [marketPath]);
  const { market } = await loadMarket(marketPath, io);
  const { id, name } = tradable(market, args.text("instrument"));
  await using venue = await openVenue(args, io, false);
  await using store = await openKeeping(args, io);
  const { vault } = venue;
  const { id: maker } = await chooseAccount(args, store, vault);
  if ((await vault.account(maker)).guardian === 0) {
    throw new TacitError("NOT_OPEN", `account ${maker} is not open`, { hint: "Run `tacit account open` first." });
  }
  const expiry = readExpiry(args.optional("expires") ?? "1h", await chainTime(venue));
  const place = { chainId: vault.chainId, vault: vault.vault };
  const offer = makeOffer({ ...place, maker, instrument: { id, name }, side, quantity, price, expiry });
  await keepOffer(store, offer);
  await writeSecret(out, formatOffer(offer));
  const view = offerView(offer);
  return {
    code: 0,
    json: { out: given, ...view },
    text: `${columns(Object.entries(view)).join("\n")}\n\nwritten: ${given}. Hand it over privately: it says what the account is about to do.\n`,
  };
};
