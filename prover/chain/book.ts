import { Contract, decodeBytes32String, Interface, type Provider, ZeroAddress } from "ethers";
import { TacitError } from "../units/errors.ts";
import { BOOK, type BookPlace, type Epoch } from "./epochs.ts";
import type { SetSignature } from "./signers.ts";

/** What this client uses of `IIndexOracle`; a test compares it with the compiler's. */
export const ORACLE = new Interface([
  "function assetCount() view returns (uint256)",
  "function indices() view returns ((uint64 price, uint64 spread, uint40 timestamp, uint8 agreeing)[] all)",
  "function assetOf(uint256 asset) view returns ((bytes32 symbol, uint8 quorum, (address source, uint32 maxAge, uint32 maxConfidence, uint32 maxDeviation)[] sources))",
]);

const SIGNER = new Interface(["function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)"]);

/** A book as it stands. */
export interface Book extends BookPlace {
  /** Names of its oracle's assets, in order. */
  readonly assets: readonly string[];
  readonly publishers: { readonly threshold: number; readonly members: readonly string[] };
  /** Number of the latest epoch; 0 before the first. */
  readonly latest: number;
}

/** Reads a book. @throws TacitError `NO_BOOK` when none stands at the address */
export async function readBook(provider: Provider, address: string): Promise<Book> {
  const { chainId } = await provider.getNetwork();
  const book = new Contract(address, BOOK, provider);
  try {
    const oracle = new Contract(await book.getFunction("oracle")(), ORACLE, provider);
    const count = Number(await oracle.getFunction("assetCount")());
    const listed = await Promise.all(Array.from({ length: count }, (_, i) => oracle.getFunction("assetOf")(i)));
    const [threshold, members] = await book.getFunction("publishers")();
    return {
      chainId,
      book: address,
      assets: listed.map(({ symbol }) => decodeBytes32String(symbol)),
      publishers: { threshold: Number(threshold), members: [...members] },
      latest: Number(await book.getFunction("latestEpoch")()),
    };
  } catch (cause) {
    throw new TacitError("NO_BOOK", `no epoch book answers at ${address} on chain ${chainId}`, {
      hint: "The deployment's addresses are in the file that it left.",
      cause,
    });
  }
}

/** An epoch as the book keeps it; the data's URI is only in the event. */
export type KeptEpoch = Omit<Epoch, "dataURI">;

/**
 * The epoch of this time, or of this number.
 * @throws TacitError `UNKNOWN_EPOCH` when the book has none
 */
export async function readEpoch(
  provider: Provider,
  { book, latest }: Pick<Book, "book" | "latest">,
  which: { readonly number: number } | { readonly timestamp: number },
): Promise<{ readonly number: number; readonly epoch: KeptEpoch }> {
  const kept = async (number: number): Promise<KeptEpoch> => {
    const stored = await new Contract(book, BOOK, provider).getFunction("epochOf")(number);
    return {
      timestamp: Number(stored.timestamp),
      index: [...stored.index],
      requirementRoots: [...stored.requirementRoots],
      settlementRoot: stored.settlementRoot,
      dataHash: stored.dataHash,
    };
  };
  if ("number" in which) {
    if (which.number < 1 || which.number > latest) throw unknown(`number ${which.number}`, latest);
    return { number: which.number, epoch: await kept(which.number) };
  }
  // Times only grow.
  let [low, high] = [1, latest];
  while (low <= high) {
    const number = Math.floor((low + high) / 2);
    const epoch = await kept(number);
    if (epoch.timestamp === which.timestamp) return { number, epoch };
    if (epoch.timestamp < which.timestamp) low = number + 1;
    else high = number - 1;
  }
  throw unknown(`time ${which.timestamp}`, latest);
}

const unknown = (which: string, latest: number): TacitError =>
  new TacitError("UNKNOWN_EPOCH", `the book has no epoch of ${which}`, {
    hint: latest === 0 ? "Nothing has been published yet." : `Its latest is number ${latest}.`,
  });

/** Whether each signer that is a contract holds its signature good, asked as the book asks it (ERC-1271). */
export async function askContracts(
  provider: Provider,
  digest: string,
  signatures: readonly SetSignature[],
): Promise<ReadonlyMap<string, boolean>> {
  const answers = new Map<string, boolean>();
  for (const { signer, data } of signatures) {
    if (signer === ZeroAddress || (await provider.getCode(signer)) === "0x") continue;
    const selector = SIGNER.getFunction("isValidSignature")?.selector;
    const call = new Contract(signer, SIGNER, provider).getFunction("isValidSignature")(digest, data);
    answers.set(signer, (await call.catch(() => undefined)) === selector);
  }
  return answers;
}
