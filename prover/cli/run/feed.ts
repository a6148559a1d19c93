import { readBook } from "../../chain/book.ts";
import { feedPrices } from "../../deploy/feed.ts";
import { readAddress } from "../../epoch/file.ts";
import { TacitError } from "../../units/errors.ts";
import { Price } from "../../units/units.ts";
import type { Run } from "../command.ts";
import { loadMarket } from "../load.ts";
import { openChain } from "../rpc.ts";

export const run: Run = async (args, io) => {
  const address = readAddress(args.text("book"), "--book", "the book");
  const { market } = await loadMarket(args.text("market"), io);
  await using chain = await openChain(args, io);
  const { provider } = chain;
  const { assets } = await readBook(provider, address);
  const [payer] = await provider.listAccounts();
  if (payer === undefined) throw new TacitError("NOT_LOCAL", "the node keeps no accounts: only a local chain is fed");
  io.stage("feeding prices");
  await feedPrices({ provider, book: address }, market.index, assets, (one) => provider.getSigner(one), payer);
  io.settle();
  const prices = Object.fromEntries(
    assets.map((asset) => [asset, Price.format(market.index[asset] ?? Price.of(0n, asset))]),
  );
  const shown = Object.entries(prices).map(([asset, price]) => `${asset} at ${price}`);
  return { code: 0, json: { prices }, text: `every source now says ${shown.join(", ")}\n` };
};
