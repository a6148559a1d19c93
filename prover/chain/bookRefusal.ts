import { decodeBytes32String, Interface } from "ethers";
import { isoTime } from "../market/time.ts";
import { TacitError } from "../units/errors.ts";
import { Price } from "../units/units.ts";
import { revertData } from "./refusal.ts";

/** What a book, its oracle and its set of publishers refuse an epoch with; a test compares it with the compiler's. */
export const BOOK_ERRORS = new Interface([
  "error EpochInFuture(uint40 timestamp, uint256 time)",
  "error EpochTooOld(uint256 delay, uint32 maxDelay)",
  "error EpochTooSoon(uint40 timestamp, uint256 earliest)",
  "error PublishedTooSoon(uint256 time, uint256 earliest)",
  "error WrongIndexCount(uint256 prices, uint256 assets)",
  "error IndexOffOracle(uint256 asset, uint64 price, uint64 oraclePrice)",
  "error WrongSignatureCount(uint256 given, uint256 threshold)",
  "error NotASigner(address signer)",
  "error BadSignature(address signer)",
  "error NoQuorum(bytes32 symbol, uint256 agreeing, uint256 quorum)",
  "error SequencerDown(uint256 since)",
  "error SequencerJustUp(uint256 since, uint32 grace)",
]);

const time = (value: unknown): string => isoTime(Number(value));
const usd = (value: unknown): string => Price.format(Price.of(BigInt(String(value)), "price"));

/** In the words of whoever published. */
const WORDS: Readonly<Record<string, (args: readonly unknown[]) => string>> = {
  EpochInFuture: ([timestamp, now]) => `its time ${time(timestamp)} lies ahead of the chain's, ${time(now)}`,
  EpochTooOld: ([delay, most]) => `it is ${delay} s old, and an epoch is published within ${most} s`,
  EpochTooSoon: ([timestamp, earliest]) =>
    `its time ${time(timestamp)} is before ${time(earliest)}, the earliest after the last`,
  PublishedTooSoon: ([, earliest]) =>
    `the last was published so lately that the next is taken from ${time(earliest)} on`,
  WrongIndexCount: ([prices, assets]) => `it has ${prices} index prices for ${assets} assets`,
  IndexOffOracle: ([asset, price, oracle]) =>
    `its price of asset ${asset} is ${usd(price)}, the oracle's is ${usd(oracle)}`,
  WrongSignatureCount: ([given, threshold]) => `it has ${given} signatures where exactly ${threshold} are wanted`,
  NotASigner: ([signer]) => `${signer} is not a publisher`,
  BadSignature: ([signer]) => `the signature of ${signer} is not over this epoch`,
  NoQuorum: ([symbol, agreeing, quorum]) =>
    `the oracle has no index of ${decodeBytes32String(String(symbol))}: ${agreeing} sources agree where ${quorum} must`,
  SequencerDown: () => "the layer 2's sequencer is down, so there is no index",
  SequencerJustUp: ([since]) => `the layer 2's sequencer is only up since ${time(since)}, so there is no index yet`,
};

/**
 * Why a book did not take an epoch, in words; any other failure is returned as it is.
 * @param failure whatever ethers threw
 */
export function bookRefusal(failure: unknown): unknown {
  const data = revertData(failure);
  const error = data === undefined ? null : BOOK_ERRORS.parseError(data);
  const says = error === null ? undefined : WORDS[error.name];
  if (error === null || says === undefined) return failure;
  return new TacitError("EPOCH_REFUSED", `the book refuses the epoch: ${says(error.args)}`, { cause: failure });
}
