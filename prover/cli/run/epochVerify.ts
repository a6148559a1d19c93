import { askContracts, readBook, readEpoch } from "../../chain/book.ts";
import { epochDigest } from "../../chain/epochs.ts";
import { type EpochFile, readAddress } from "../../epoch/file.ts";
import { type EpochSources, verifyEpoch } from "../../epoch/verify.ts";
import { parseMarketFile } from "../../market/file.ts";
import { TacitError } from "../../units/errors.ts";
import type { Args, Run } from "../command.ts";
import { readBytes } from "../files.ts";
import type { Io } from "../io.ts";
import { loadEpoch } from "../load.ts";
import { openChain, rpcUrl } from "../rpc.ts";
import { columns } from "../text.ts";

export const run: Run = async (args, io) => {
  const marketPath = args.text("market");
  const bytes = await readBytes(marketPath, "market");
  const { timestamp } = parseMarketFile(bytes, marketPath);
  const [path, previousPath] = [args.optional("epoch"), args.optional("previous")];
  const file = path === undefined ? undefined : { name: path, value: await loadEpoch(path) };
  const previous =
    previousPath === undefined ? undefined : { name: previousPath, value: await loadEpoch(previousPath) };
  const asked = args.has("chain") || rpcUrl(args) !== undefined;
  const onChain = asked ? await readChain(args, io, timestamp, file?.value) : {};
  if (file === undefined && onChain.published === undefined) {
    throw new TacitError("USAGE", "--epoch, --rpc or --chain is missing: there is nothing to compare the market with");
  }
  io.stage("rebuilding the epoch");
  const { ok, steps, notCompared } = await verifyEpoch({
    market: { name: marketPath, value: bytes },
    ...(file === undefined ? {} : { file }),
    ...(previous === undefined ? {} : { previous }),
    ...onChain,
  });
  io.settle();
  const number = onChain.published?.value.number ?? null;
  const what = path ?? onChain.published?.name;
  return {
    code: ok ? 0 : 1,
    json: { ok, steps, notCompared, number },
    text: [
      ...columns(steps.map(({ name, ok, detail }) => [ok ? "ok" : "FAIL", name, detail])),
      ...(ok ? [`  not compared: ${notCompared.join("; ")}`] : []),
      ok ? `${what} holds` : `${what} does not hold`,
      "",
    ].join("\n"),
  };
};

/** What a chain says of the epoch of this time, or of the number asked for, and of who signs now. */
async function readChain(
  args: Args,
  io: Io,
  timestamp: number,
  file: EpochFile | undefined,
): Promise<Pick<EpochSources, "published" | "publishers" | "contracts">> {
  const given = args.optional("book");
  const address = given === undefined ? file?.book : readAddress(given, "--book", "the book");
  if (address === undefined) throw new TacitError("USAGE", "--book is missing: the chain has many contracts");
  const number = args.optional("number");
  if (number !== undefined && !/^[1-9]\d{0,9}$/.test(number)) throw new TacitError("USAGE", "--number is not a number");
  await using chain = await openChain(args, io);
  const { provider } = chain;
  const book = await readBook(provider, address);
  const { publishers } = book;
  const contracts =
    file === undefined ? undefined : await askContracts(provider, epochDigest(file, file.epoch), file.signatures);
  const asked = contracts === undefined ? { publishers } : { publishers, contracts };
  // A signed epoch is checked before it is published, too.
  const unpublished = file !== undefined && number === undefined;
  const found = await readEpoch(
    provider,
    book,
    number === undefined ? { timestamp } : { number: Number(number) },
  ).catch((error) => {
    if (unpublished && error instanceof TacitError && error.code === "UNKNOWN_EPOCH") return undefined;
    throw error;
  });
  if (found === undefined) return asked;
  const name = `epoch ${found.number} of book ${address}`;
  return { ...asked, published: { name, value: { ...book, ...found } } };
}
