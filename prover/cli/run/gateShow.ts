import { VoidSigner, ZeroAddress } from "ethers";
import { readBook } from "../../chain/book.ts";
import { connectGate } from "../../chain/gate.ts";
import { readAddress } from "../../epoch/file.ts";
import { isoTime } from "../../market/time.ts";
import { TacitError } from "../../units/errors.ts";
import { Coverage } from "../../units/units.ts";
import type { Run } from "../command.ts";
import { openChain } from "../rpc.ts";
import { columns } from "../text.ts";

export const run: Run = async (args, io) => {
  const address = readAddress(args.text("gate"), "--gate", "the gate");
  const id = args.optional("account-id");
  await using chain = await openChain(args, io);
  const { provider, chainId } = chain;
  if ((await provider.getCode(address)) === "0x") {
    throw new TacitError("NO_GATE", `there is no contract at ${address} on chain ${chainId}`, {
      hint: "The deployment's addresses are in the file that it left.",
    });
  }
  // Reads only: nobody signs.
  const gate = await connectGate(address, new VoidSigner(ZeroAddress, provider));
  if (id !== undefined) {
    const account = await gate.account(readId(id));
    if (account.status === "none") throw new TacitError("UNKNOWN_ACCOUNT", `the gate has no account ${id}`);
    const { commitment, nonce, leaseUntil, coverage, pledged, ...rest } = account;
    const shown = {
      ...rest,
      commitment: String(commitment),
      nonce: Number(nonce),
      leaseUntil: leaseUntil === 0 ? null : isoTime(leaseUntil),
      coverage: ratio(coverage),
      pledged: ratio(pledged),
    };
    return { code: account.status === "hard" ? 3 : 0, json: shown, text: `${lines(shown)}\n` };
  }
  const { challengeBond, coverageMaintenance, coverageInitial, band, ...times } = await gate.terms();
  const book = await readBook(provider, await gate.book());
  const { threshold, members } = book.publishers;
  const shown = {
    chainId: String(chainId),
    book: book.book,
    assets: book.assets,
    publishers: { threshold, members },
    latestEpoch: book.latest,
    terms: {
      ...times,
      band: band / 1e9,
      coverageMaintenance: ratio(coverageMaintenance),
      coverageInitial: ratio(coverageInitial),
      challengeBond: String(challengeBond),
    },
  };
  const { terms, publishers, ...flat } = shown;
  const quorum = { publishers: `${threshold} of ${publishers.members.join(", ")}` };
  return { code: 0, json: shown, text: `${lines({ ...flat, ...quorum, ...terms })}\n` };
};

const ratio = (basisPoints: number): string => Coverage.format(Coverage.of(BigInt(basisPoints), "coverage"));

const lines = (shown: Readonly<Record<string, unknown>>): string =>
  columns(Object.entries(shown).map(([name, value]) => [name, value === null ? "none" : String(value)])).join("\n");

/** @throws TacitError `USAGE` */
function readId(text: string): bigint {
  if (/^(0x[0-9a-fA-F]{1,62}|\d{1,75})$/.test(text)) return BigInt(text);
  throw new TacitError("USAGE", "--account-id is not an account id", { hint: "Decimal or 0x hexadecimal, 248 bits." });
}
