import { Contract, Interface, type Signer, TypedDataEncoder, toBeHex } from "ethers";
import { type Market, SET_NAMES } from "../market/types.ts";
import { TacitError } from "../units/errors.ts";
import type { Price } from "../units/units.ts";
import type { Done } from "./gate.ts";
import { quorumOf, type SetSignature, type TypedData } from "./signers.ts";

/** Where an epoch book stands. */
export interface BookPlace {
  readonly chainId: bigint;
  readonly book: string;
}

/** What publishers sign, as `IEpochBook.Epoch` has it. Prices in the oracle's order of assets, hashes in hex. */
export interface Epoch {
  readonly timestamp: number;
  readonly index: readonly bigint[];
  readonly requirementRoots: readonly bigint[];
  readonly settlementRoot: bigint;
  readonly dataHash: string;
  readonly dataURI: string;
}

const FIELDS = [
  { name: "timestamp", type: "uint40" },
  { name: "index", type: "uint64[]" },
  { name: "requirementRoots", type: "uint256[]" },
  { name: "settlementRoot", type: "uint256" },
  { name: "dataHash", type: "bytes32" },
  { name: "dataURI", type: "string" },
];
const EPOCH = `(${FIELDS.map(({ name, type }) => `${type} ${name}`).join(", ")})`;
const SIGNATURES = "(address signer, bytes data)[]";

/** What this client uses of `IEpochBook`; a test compares it with the compiler's. */
export const BOOK = new Interface([
  `function publish(${EPOCH} epoch, ${SIGNATURES} signatures) returns (uint32 number)`,
  "function latestEpoch() view returns (uint32)",
  "function epochOf(uint32 number) view returns ((uint40 timestamp, uint40 publishedAt, uint40 aliveSince, bytes32 dataHash, uint256 settlementRoot, uint256[] requirementRoots, uint64[] index))",
  "function firstOutside(uint32 number, uint256 band, uint256 until) view returns (uint32 outside, uint40 timestamp)",
  "function publishers() view returns (uint8 threshold, address[] members)",
  `event EpochPublished(uint32 indexed number, ${EPOCH} epoch)`,
  "error UnknownEpoch(uint32 number)",
]);

/**
 * The epoch of a market file: its roots, maintenance first, and its index prices. `dataHash` is the market's hash, the
 * SHA-256 of the file shifted right by 8 bits.
 * @param assets names of the oracle's assets, in its order
 * @throws TacitError `UNKNOWN_ASSET` when the market has no index price for one
 */
export function epochOf(
  market: Pick<Market, "timestamp" | "index" | "hash"> & {
    readonly sets: Readonly<Record<"maintenance" | "initial", { readonly requirementRoot: bigint }>>;
  },
  { assets, settlementRoot, dataURI }: { assets: readonly string[]; settlementRoot: bigint; dataURI: string },
): Epoch {
  const price = (asset: string): Price => {
    const found = Object.hasOwn(market.index, asset) ? market.index[asset] : undefined;
    if (found === undefined) {
      const known = Object.keys(market.index).join(", ");
      throw new TacitError("UNKNOWN_ASSET", `the market has no index price of ${asset}`, { hint: `It has ${known}.` });
    }
    return found;
  };
  return {
    timestamp: market.timestamp,
    index: assets.map(price),
    requirementRoots: SET_NAMES.map((name) => market.sets[name].requirementRoot),
    settlementRoot,
    dataHash: toBeHex(market.hash, 32),
    dataURI,
  };
}

/** What a publisher signs for this epoch. */
export function epochTypedData({ chainId, book }: BookPlace, epoch: Epoch): TypedData {
  return {
    domain: { name: "Tacit epoch book", version: "1", chainId, verifyingContract: book },
    types: { Epoch: FIELDS },
    message: { ...epoch },
  };
}

/** The digest of `epochTypedData`: what a contract publisher approves. */
export function epochDigest(place: BookPlace, epoch: Epoch): string {
  const { domain, types, message } = epochTypedData(place, epoch);
  return TypedDataEncoder.hash(domain, types, message);
}

/**
 * Submits an epoch with a quorum of the signatures given; anybody may.
 * @throws TacitError `NO_QUORUM`; `STRANGER` when a signature is no present publisher's; what the book refuses as ethers throws it
 */
export async function publishEpoch(
  { book }: BookPlace,
  submitter: Signer,
  epoch: Epoch,
  signatures: readonly SetSignature[],
): Promise<Done & { readonly number: number }> {
  const contract = new Contract(book, BOOK, submitter);
  const [threshold, members] = await contract.getFunction("publishers").staticCall();
  for (const { signer } of signatures) {
    if (!members.includes(signer)) throw new TacitError("STRANGER", `${signer} is not a publisher of this book`);
  }
  const quorum = quorumOf(signatures, Number(threshold));
  const receipt = await (await contract.getFunction("publish")(epoch, quorum)).wait();
  const published = receipt.logs.map((log: Parameters<Interface["parseLog"]>[0]) => BOOK.parseLog(log)).find(Boolean);
  return { number: Number(published.args.number), hash: receipt.hash, gas: receipt.gasUsed };
}
