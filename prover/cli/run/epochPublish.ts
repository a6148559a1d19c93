import { readBook } from "../../chain/book.ts";
import { bookRefusal } from "../../chain/bookRefusal.ts";
import { publishEpoch } from "../../chain/epochs.ts";
import { sameEpoch } from "../../epoch/file.ts";
import { TacitError } from "../../units/errors.ts";
import type { Run } from "../command.ts";
import { loadEpoch } from "../load.ts";
import { openChain, openSigner } from "../rpc.ts";

export const run: Run = async (args, io) => {
  const paths = args.list("epoch");
  const files = await Promise.all(paths.map(loadEpoch));
  const [file] = files;
  if (file === undefined) throw new TacitError("USAGE", "--epoch epoch.json is missing");
  const other = files.findIndex((one) => !sameEpoch(file, one));
  if (other >= 0) throw new TacitError("OTHER_EPOCH", `${paths[other]} is of another epoch than ${paths[0]}`);

  await using chain = await openChain(args, io);
  if (chain.chainId !== file.chainId) {
    throw new TacitError("WRONG_CHAIN", `${paths[0]} is for chain ${file.chainId}, the node's is ${chain.chainId}`);
  }
  const { assets } = await readBook(chain.provider, file.book);
  if (assets.join() !== file.assets.join()) {
    throw new TacitError("WRONG_ASSETS", `${paths[0]} has ${file.assets.join(", ")}, the book ${assets.join(", ")}`, {
      hint: "Make the epoch again with --rpc: prices stand in the oracle's order.",
    });
  }
  const signer = await openSigner(args, io, chain);
  io.stage("publishing");
  const signatures = files.flatMap((one) => one.signatures);
  const { number, hash, gas } = await publishEpoch(file, signer, file.epoch, signatures).catch((failure) => {
    throw bookRefusal(failure);
  });
  io.settle();
  return {
    code: 0,
    json: { number, transaction: hash, gas: String(gas) },
    text: `epoch ${number} published by transaction ${hash}, ${gas} gas\n`,
  };
};
