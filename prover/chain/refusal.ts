import { decodeBytes32String, type ErrorDescription } from "ethers";
import { TacitError } from "../units/errors.ts";
import { GATE } from "./abi.ts";
import { BOOK } from "./epochs.ts";

/** An error of a contract: its stable code, what it says, and what to do. */
export interface Words {
  readonly code: string;
  readonly says: (args: readonly unknown[]) => string;
  readonly hint?: string;
}

/** What each error of the gate means to whoever called it. */
const WORDS: Readonly<Record<string, Words>> = {
  TermOutOfBounds: {
    code: "BAD_TERMS",
    says: ([term, value, least, most]) =>
      `the term ${decodeBytes32String(String(term))} is ${value}, which is not between ${least} and ${most}`,
    hint: "docs/SECURITY.md has the bounds of every term; some follow from the epoch book's.",
  },
  WrongRootCount: {
    code: "WRONG_ROOT_COUNT",
    says: ([roots]) => `the epoch book publishes ${roots} requirement roots, not maintenance and initial`,
  },
  DevelopmentKey: {
    code: "DEVELOPMENT_KEY",
    says: ([verifier, chain]) => `the verifier ${verifier} has a development key, and chain ${chain} is not local`,
    hint: "Anybody can forge proofs for a development key: make the keys in a ceremony, see docs/CEREMONY.md.",
  },
  UncontributedKey: {
    code: "UNCONTRIBUTED_KEY",
    says: ([verifier]) => `nobody contributed to the key of the verifier ${verifier}: gamma equals delta`,
    hint: "Anybody can forge proofs for it: contribute to phase 2, see docs/CEREMONY.md.",
  },
  NotVault: {
    code: "NOT_VAULT",
    says: ([caller, vault]) => `${caller} may not do this: commitments of this gate come from ${vault}`,
    hint: "At a gate with a vault, open accounts and change them through the vault.",
  },
  NotFieldElement: {
    code: "NOT_FIELD_ELEMENT",
    says: ([value]) => `${value} is no root or commitment: it is 0 or not below the field's order`,
  },
  UnknownAccount: { code: "UNKNOWN_ACCOUNT", says: ([id]) => `the gate has no account ${id}` },
  UnknownSize: { code: "UNKNOWN_SIZE", says: ([size]) => `no circuit holds ${size} positions: 4, 8, 16 and 32 exist` },
  NotOwner: { code: "NOT_OWNER", says: ([id, caller]) => `${caller} does not own account ${id}` },
  NotRelayer: {
    code: "NOT_RELAYER",
    says: ([caller, relayer]) => `the owner's signature is for ${relayer} to submit, not for ${caller}`,
  },
  ConsentExpired: {
    code: "CONSENT_EXPIRED",
    says: ([deadline]) => `the owner's signature could be used until ${deadline}`,
    hint: "Ask the owner for another.",
  },
  BadConsent: {
    code: "BAD_CONSENT",
    says: ([id, owner]) => `${owner}, the owner of account ${id}, did not sign this`,
    hint: "A signature is for one act, made from the account's count of consents; any later act of the owner voids it.",
  },
  UnknownEpoch: { code: "UNKNOWN_EPOCH", says: ([epoch]) => `the book has no epoch ${epoch}` },
  EpochTooOld: {
    code: "EPOCH_TOO_OLD",
    says: ([age, maxAge]) => `the epoch is ${age} s old, and after ${maxAge} s it proves nothing any more`,
    hint: "Make the proof against the market file of a later epoch.",
  },
  EpochLeft: {
    code: "EPOCH_LEFT",
    says: ([epoch, moved]) => `the market has left the band of epoch ${epoch}: it moved by ${Number(moved) / 1e7}%`,
    hint: "Make the proof against the market file of a later epoch.",
  },
  EpochOvertaken: {
    code: "EPOCH_OVERTAKEN",
    says: ([epoch, least]) =>
      `epoch ${epoch} is before epoch ${least}, at which the account was last proven or flagged, or missed a challenge`,
    hint: "Make the proof against the market file of that epoch or a later one.",
  },
  AccountHard: {
    code: "ACCOUNT_HARD",
    says: ([id]) => `account ${id} is hard: in breach, or silent for too long`,
    hint: "Its owner can cure it with a proof under the initial set.",
  },
  AccountNotHard: {
    code: "ACCOUNT_NOT_HARD",
    says: ([id]) => `account ${id} is not hard, so there is nothing to cure`,
  },
  CommitmentNotHeld: {
    code: "COMMITMENT_NOT_HELD",
    says: ([id, commitment]) =>
      `account ${id} has not held the commitment ${commitment} since that epoch, or was proven healthy at it or later`,
  },
  CovenantStands: {
    code: "COVENANT_STANDS",
    says: ([id, coverage]) => `account ${id} has pledged to cover ${coverage} basis points of the initial requirement`,
    hint: "Prove that under the initial set, or have the covenant released.",
  },
  ProofRejected: {
    code: "PROOF_REJECTED",
    says: () => "the proof does not verify for what the gate holds about this account, epoch, set, caller and nonce",
    hint: "A proof is accepted once, from the caller it was made for, about the stored commitment: make a new one.",
  },
  ProofOvertaken: {
    code: "PROOF_OVERTAKEN",
    says: ([id]) =>
      `account ${id} has another size, commitment or nonce than the proof was made for, or another caller`,
    hint: "A proof is accepted once, from the caller it was made for, about the stored commitment: make a new one.",
  },
  EmptyBatch: { code: "EMPTY_BATCH", says: () => "a batch must hold at least one proof" },
  NeverProven: {
    code: "NEVER_PROVEN",
    says: ([id]) => `account ${id} was never proven: it has no lease that could have ended`,
  },
  NotSilentYet: {
    code: "NOT_SILENT_YET",
    says: ([id, hardAfter]) => `account ${id} has until ${hardAfter} to prove itself`,
    hint: "If a band exit ended its lease earlier, name the epoch that lies outside.",
  },
  BookOverdue: {
    code: "BOOK_OVERDUE",
    says: () => "the epoch book is overdue: nobody can prove anything, so nobody is flagged for silence",
    hint: "Wait for the next epoch and a grace from there.",
  },
  NotOutside: {
    code: "NOT_OUTSIDE",
    says: ([epoch, outside]) => `epoch ${outside} is not after epoch ${epoch} and outside its band`,
  },
  AccountNotCurrent: {
    code: "ACCOUNT_NOT_CURRENT",
    says: ([id]) => `account ${id} has no lease that a challenge could end`,
  },
  ChallengeOpen: { code: "CHALLENGE_OPEN", says: ([id]) => `account ${id} is challenged already` },
  NotChallenged: { code: "NOT_CHALLENGED", says: ([id]) => `no challenge of account ${id} is open` },
  ChallengeTooSoon: {
    code: "CHALLENGE_TOO_SOON",
    says: ([id, next]) => `account ${id} may be challenged again from ${next} on`,
  },
  BondTooSmall: {
    code: "BOND_TOO_SMALL",
    says: ([bond, least]) => `a bond of ${bond} wei is not between ${least} wei and 2^96`,
  },
  ChallengeRuns: {
    code: "CHALLENGE_RUNS",
    says: ([id]) => `the challenge of account ${id} can still be answered`,
  },
  NothingOwed: { code: "NOTHING_OWED", says: ([to]) => `the gate owes ${to} nothing` },
  TransferFailed: { code: "TRANSFER_FAILED", says: ([to]) => `${to} did not take the ether that it is owed` },
  PledgeOutOfRange: {
    code: "PLEDGE_OUT_OF_RANGE",
    says: ([coverage]) => `a pledge of ${coverage} basis points is below the gate's own coverage or above 1048575`,
  },
  AlreadyPledged: {
    code: "ALREADY_PLEDGED",
    says: ([id, beneficiary]) => `account ${id} has a covenant with ${beneficiary} already`,
  },
  NotPledged: {
    code: "NOT_PLEDGED",
    says: ([id, beneficiary]) => `account ${id} has no covenant with ${beneficiary}`,
  },
  PledgeIsAccepted: {
    code: "PLEDGE_IS_ACCEPTED",
    says: ([id, beneficiary]) => `${beneficiary} relies on the pledge of account ${id}`,
    hint: "Only the beneficiary can release it.",
  },
  PledgeTooSmall: {
    code: "PLEDGE_TOO_SMALL",
    says: ([pledged, least]) => `${pledged} basis points are pledged where ${least} are wanted`,
  },
  TooManyCovenants: { code: "TOO_MANY_COVENANTS", says: ([id]) => `account ${id} has four covenants already` },
  NotEnoughGas: {
    code: "NOT_ENOUGH_GAS",
    says: ([gas, needed]) => `${gas} gas was left where checking the proofs may take ${needed}`,
    hint: "Raise the gas limit, of which most comes back, or send fewer proofs at once.",
  },
};

/**
 * What the gate said when a call failed, in words; any other failure is returned as it is.
 * @param failure whatever ethers or Hardhat threw
 */
export function refusal(failure: unknown): unknown {
  const error = gateError(failure);
  const words = error === null ? undefined : WORDS[error.name];
  if (error === null || words === undefined) return failure;
  return new TacitError(words.code, words.says(error.args), {
    ...(words.hint === undefined ? {} : { hint: words.hint }),
    cause: failure,
  });
}

/** Why `proveMany` passed an account over, in words. @param selector as the event `Skipped` has it */
export function skipReason(id: bigint, selector: string): TacitError {
  const name = GATE.getError(selector)?.name ?? selector;
  const words = WORDS[name];
  if (words === undefined) return new TacitError("SKIPPED", `account ${id} was passed over: ${name}`);
  return new TacitError(words.code, words.says([id]), words.hint === undefined ? {} : { hint: words.hint });
}

/** The error a call reverted with, as the gate or its book declares it; null when neither refused. */
export function gateError(failure: unknown): ErrorDescription | null {
  const data = revertData(failure);
  return data === undefined ? null : (GATE.parseError(data) ?? BOOK.parseError(data));
}

/** Providers nest the data of a revert at different depths. */
export function revertData(failure: unknown, depth = 0): string | undefined {
  if (typeof failure === "string") return /^0x([0-9a-f]{2}){4,}$/i.test(failure) ? failure : undefined;
  if (typeof failure !== "object" || failure === null || depth > 4) return undefined;
  for (const key of ["data", "info", "error", "cause"]) {
    const data = revertData((failure as Record<string, unknown>)[key], depth + 1);
    if (data !== undefined) return data;
  }
  return undefined;
}
