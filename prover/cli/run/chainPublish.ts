import { bookRefusal } from "../../chain/bookRefusal.ts";
import { openChain } from "../../local/chain.ts";
import { publishMarket } from "../../local/venue.ts";
import { isoTime } from "../../market/time.ts";
import { TacitError } from "../../units/errors.ts";
import type { Run } from "../command.ts";
import { loadMarket } from "../load.ts";

export const run: Run = async (args, io) => {
  const { market } = await loadMarket(args.text("market"), io);
  io.stage("opening the chain");
  await using chain = await openChain(args.text("chain"));
  const { EpochBook } = chain.contracts;
  if (EpochBook === undefined) throw new TacitError("NO_CHAIN", `the chain in ${chain.folder} has no book`);
  io.stage("publishing the market");
  const { number, file } = await publishMarket(chain, EpochBook, market).catch((failure) => {
    throw bookRefusal(failure);
  });
  io.settle();
  return {
    code: 0,
    json: { number, file, timestamp: market.timestamp },
    text: `epoch ${number} of ${isoTime(market.timestamp)} published; its file is ${file}\n`,
  };
};
