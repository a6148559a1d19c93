import { readBook } from "../../chain/book.ts";
import { type BookPlace, epochDigest } from "../../chain/epochs.ts";
import { readAddress, writeEpochFile } from "../../epoch/file.ts";
import { makeEpoch } from "../../epoch/make.ts";
import { TacitError } from "../../units/errors.ts";
import type { Args, Run } from "../command.ts";
import { checkOutput, writeOutput } from "../files.ts";
import type { Io } from "../io.ts";
import { loadEpoch, loadMarket } from "../load.ts";
import { openChain } from "../rpc.ts";

export const run: Run = async (args, io) => {
  const given = args.text("out");
  const [marketPath, previousPath] = [args.text("market"), args.optional("previous")];
  const out = await checkOutput(given, [marketPath, ...(previousPath === undefined ? [] : [previousPath])]);
  const previous = previousPath === undefined ? undefined : await loadEpoch(previousPath);
  const target = await targetOf(args, io);
  if (previous !== undefined && (previous.book !== target.book || previous.chainId !== target.chainId)) {
    throw new TacitError("OTHER_BOOK", `${previousPath} is of book ${previous.book} on chain ${previous.chainId}`);
  }
  const { market } = await loadMarket(marketPath, io);
  const file = await makeEpoch(market, { ...target, dataURI: args.text("data-uri"), previous });
  await writeOutput(out, writeEpochFile(file));
  const digest = epochDigest(file, file.epoch);
  return {
    code: 0,
    json: {
      out: given,
      digest,
      timestamp: file.epoch.timestamp,
      assets: file.assets,
      settlements: file.settlements.length,
    },
    text: `written: ${given}, an epoch of ${file.assets.join(", ")} with ${file.settlements.length} settlements\ndigest to sign: ${digest}\n`,
  };
};

/** The book and its oracle's assets: read from the chain, or given by hand. @throws TacitError `USAGE` */
async function targetOf(args: Args, io: Io): Promise<BookPlace & { readonly assets: readonly string[] }> {
  const book = readAddress(args.text("book"), "--book", "the book");
  const [chainId, assets] = [args.optional("chain-id"), args.list("assets")];
  if (chainId === undefined && assets.length === 0) {
    await using chain = await openChain(args, io);
    return await readBook(chain.provider, book);
  }
  if (chainId === undefined || assets.length === 0 || args.has("rpc") || args.has("chain")) {
    throw new TacitError("USAGE", "give either --rpc, or both --chain-id and --assets", {
      hint: "--assets lists the oracle's assets in its order, such as --assets BTC ETH.",
    });
  }
  if (!/^[1-9]\d{0,19}$/.test(chainId)) throw new TacitError("USAGE", "--chain-id is not a chain id in decimal");
  return { chainId: BigInt(chainId), book, assets };
}
