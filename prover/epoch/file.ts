import { getAddress } from "ethers";
import { z } from "zod";
import type { Epoch } from "../chain/epochs.ts";
import type { SetSignature } from "../chain/signers.ts";
import { FIELD } from "../hash/poseidon.ts";
import { LABEL } from "../market/file.ts";
import type { Settlement } from "../market/settlement.ts";
import { TacitError } from "../units/errors.ts";
import { parseJson } from "../units/json.ts";
import { Price } from "../units/units.ts";

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "this is not an address");
const word = z.string().regex(/^0x[0-9a-f]{64}$/, "this is not 0x and 64 hexadecimal digits");
const root = word.refine((text) => BigInt(text) > 0n && BigInt(text) < FIELD, "this is not a root: 0, or too large");
const price = z.string().regex(/^\d{1,15}(\.\d{1,6})?$/, "this is not a price in USD of at most 6 decimals");

/** The JSON file of an epoch, version 1: what publishers sign, for whom, and the settlements behind its root. */
export const epochSchema = z.strictObject({
  $schema: z.literal("urn:tacit:epoch"),
  version: z.literal(1),
  /** Of the chain the book stands on. */
  chainId: z.string().regex(/^[1-9]\d{0,19}$/, "this is not a chain id in decimal"),
  book: address,
  /** Unix seconds. */
  timestamp: z
    .int()
    .min(1)
    .max(2 ** 40 - 1),
  /** In the order of the book's oracle, USD per unit. */
  index: z.array(z.strictObject({ asset: z.string().regex(LABEL, "this is not a name of printable ASCII"), price })),
  requirementRoots: z.strictObject({ maintenance: root, initial: root }),
  settlementRoot: root,
  /** SHA-256 of the market file, shifted right by 8 bits. */
  dataHash: word,
  /** Where that file is. */
  dataURI: z.string().regex(/^[!-~]{0,2000}$/, "this is not a URI of printable ASCII"),
  /** Every settlement price so far that the settlement root holds, by ascending id, USD per unit. */
  settlements: z.array(
    z.strictObject({
      id: z
        .int()
        .min(1)
        .max(2 ** 32 - 1),
      price,
    }),
  ),
  /** EIP-712 signatures of the epoch by publishers of the book, in any order. */
  signatures: z.array(
    z.strictObject({ signer: address, data: z.string().regex(/^0x([0-9a-f]{2}){1,4096}$/, "these are not bytes") }),
  ),
});

type Raw = z.infer<typeof epochSchema>;

/** An epoch with its place, the settlements behind its root, and what has been signed so far. */
export interface EpochFile {
  readonly chainId: bigint;
  readonly book: string;
  /** The oracle's assets, as `epoch.index` has them. */
  readonly assets: readonly string[];
  readonly epoch: Epoch;
  readonly settlements: readonly Settlement[];
  readonly signatures: readonly SetSignature[];
}

/**
 * Reads an epoch file. That its parts agree with a market is `verifyEpoch`'s to say.
 * @param file how errors name it
 * @throws TacitError `BAD_JSON`, `BAD_FIELD`, `BAD_EPOCH` for settlements out of order or a name or signer given twice
 */
export function parseEpochFile(text: string, file: string): EpochFile {
  const raw = parseJson(text, file, epochSchema);
  const settlements = raw.settlements.map(({ id, price }, i) => {
    if (id <= (raw.settlements[i - 1]?.id ?? 0)) throw bad(file, `settlements[${i}].id`, `${id} does not ascend`);
    return { id, price: Price.parse(price, `${file}: settlements[${i}].price`) };
  });
  const assets = raw.index.map(({ asset }) => asset);
  refuseTwice(assets, (i) => bad(file, `index[${i}].asset`, `${assets[i]} is given twice`));
  const signatures = raw.signatures.map(({ signer, data }) => ({ signer: readAddress(signer, file, "signer"), data }));
  const signers = signatures.map(({ signer }) => signer);
  refuseTwice(signers, (i) => bad(file, `signatures[${i}].signer`, `${signers[i]} has signed already`));
  return {
    chainId: BigInt(raw.chainId),
    book: readAddress(raw.book, file, "book"),
    assets,
    epoch: {
      timestamp: raw.timestamp,
      index: raw.index.map(({ price }, i) => Price.parse(price, `${file}: index[${i}].price`)),
      requirementRoots: [BigInt(raw.requirementRoots.maintenance), BigInt(raw.requirementRoots.initial)],
      settlementRoot: BigInt(raw.settlementRoot),
      dataHash: raw.dataHash,
      dataURI: raw.dataURI,
    },
    settlements,
    signatures,
  };
}

/** The text of an epoch file, the same for the same epoch. */
export function writeEpochFile({ chainId, book, assets, epoch, settlements, signatures }: EpochFile): string {
  const [maintenance = 0n, initial = 0n] = epoch.requirementRoots;
  const raw: Raw = {
    $schema: "urn:tacit:epoch",
    version: 1,
    chainId: String(chainId),
    book,
    timestamp: epoch.timestamp,
    index: assets.map((asset, i) => ({ asset, price: usd(epoch.index[i] ?? 0n, asset) })),
    requirementRoots: { maintenance: hexWord(maintenance), initial: hexWord(initial) },
    settlementRoot: hexWord(epoch.settlementRoot),
    dataHash: epoch.dataHash,
    dataURI: epoch.dataURI,
    settlements: settlements.map(({ id, price }) => ({ id, price: Price.format(price) })),
    signatures: signatures.map(({ signer, data }) => ({ signer, data })),
  };
  return `${JSON.stringify(raw, null, 2)}\n`;
}

/** Whether two files are of the same epoch for the same book, whoever has signed them. */
export const sameEpoch = (a: EpochFile, b: EpochFile): boolean =>
  writeEpochFile({ ...a, signatures: [] }) === writeEpochFile({ ...b, signatures: [] });

/** An address with its checksum. @throws TacitError `BAD_FIELD` for mixed case with a wrong one */
export function readAddress(text: string, file: string, field: string): string {
  try {
    return getAddress(text);
  } catch (cause) {
    throw new TacitError("BAD_FIELD", `${file}: ${field}: ${text} is not an address, or its checksum is wrong`, {
      cause,
    });
  }
}

export const hexWord = (value: bigint): string => `0x${value.toString(16).padStart(64, "0")}`;

const usd = (value: bigint, what: string): string => Price.format(Price.of(value, what));

function refuseTwice(values: readonly string[], refusal: (i: number) => TacitError): void {
  const again = values.findIndex((value, i) => values.indexOf(value) !== i);
  if (again >= 0) throw refusal(again);
}

const bad = (file: string, field: string, problem: string): TacitError =>
  new TacitError("BAD_EPOCH", `${file}: ${field}: ${problem}`);
