import { Contract } from "ethers";
import { ORACLE, readBook, readEpoch } from "../chain/book.ts";
import { BOOK, type Epoch, epochTypedData, publishEpoch } from "../chain/epochs.ts";
import type { Done } from "../chain/gate.ts";
import { quorumOf, type SetSignature, sign } from "../chain/signers.ts";
import type { EpochFile } from "../epoch/file.ts";
import { makeEpoch } from "../epoch/make.ts";
import { type EpochReport, verifyEpoch } from "../epoch/verify.ts";
import type { Price } from "../units/units.ts";
import type { Chain } from "./chain.ts";
import type { Day } from "./days.ts";

/** A day's epoch as all its publishers signed it. */
export async function signEpoch(chain: Chain, day: Day, previous: EpochFile | undefined): Promise<EpochFile> {
  const { chainId, book } = chain.deployment;
  const { assets } = chain;
  const file = await makeEpoch(day.market, { chainId, book, assets, dataURI: `${day.date}.json`, previous });
  return { ...file, signatures: await signaturesOf(chain, file.epoch) };
}

export const signaturesOf = ({ deployment, publishers }: Chain, epoch: Epoch): Promise<SetSignature[]> =>
  Promise.all(publishers.map((publisher) => sign(publisher, epochTypedData(deployment, epoch))));

/** Submits a signed epoch with the quorum that the book wants. */
export const submitEpoch = ({ deployment, submitter }: Chain, file: EpochFile): Promise<Done & { number: number }> =>
  publishEpoch(deployment, submitter, file.epoch, file.signatures);

/** Submits any number of signatures, as somebody would who hopes that they suffice. */
export async function trySubmit(chain: Chain, epoch: Epoch, signatures: readonly SetSignature[]): Promise<unknown> {
  const sorted = quorumOf(signatures, signatures.length);
  return new Contract(chain.deployment.book, BOOK, chain.submitter).getFunction("publish")(epoch, sorted);
}

/** Rebuilds an epoch from its data file, as anybody can, and compares it with what was signed and what the book has. */
export async function rebuildEpoch(
  chain: Chain,
  { date, fileBytes, market }: Day,
  file: EpochFile,
  previous: EpochFile,
): Promise<EpochReport> {
  const book = await readBook(chain.provider, chain.deployment.book);
  const found = await readEpoch(chain.provider, book, { timestamp: market.timestamp });
  return verifyEpoch({
    market: { name: `${date}.json`, value: fileBytes },
    file: { name: "its epoch file", value: file },
    previous: { name: "the epoch before", value: previous },
    published: { name: "the book", value: { ...book, ...found } },
    publishers: book.publishers,
  });
}

/** The oracle's index of each asset now. */
export async function indexNow({ provider, deployment, assets }: Chain): Promise<Record<string, Price>> {
  const oracle = new Contract(deployment.oracle, ORACLE, provider);
  const all = await oracle.getFunction("indices")();
  return Object.fromEntries(assets.map((asset, i) => [asset, all[i].price as Price]));
}

/** Whether no epoch is young enough, so that nobody is flagged for silence. */
export const isOverdue = ({ provider, deployment }: Chain): Promise<boolean> =>
  new Contract(deployment.book, BOOK, provider).getFunction("overdue")();
