import type { ErrorDescription } from "ethers";
import { TacitError } from "../units/errors.ts";
import { GATE } from "./abi.ts";

interface Words {
  readonly code: string;
  readonly says: (args: readonly unknown[]) => string;
  readonly hint?: string;
}

/** What each error of the gate means to whoever called it. */
const WORDS: Readonly<Record<string, Words>> = {
  LeaseTooShort: {
    code: "BAD_TERMS",
    says: ([lease, atLeast]) => `a lease of ${lease} s is shorter than the ${atLeast} s it must last`,
    hint: "Leases count from the epoch: maximum epoch age <= maintenance lease <= initial lease.",
  },
  CoverageOutOfRange: {
    code: "BAD_TERMS",
    says: ([coverage]) => `a coverage of ${coverage} basis points is below 10000 or above 1048575`,
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
  NotPublisher: { code: "NOT_PUBLISHER", says: ([caller]) => `${caller} is not the gate's publisher` },
  EpochNotAfter: {
    code: "EPOCH_NOT_AFTER",
    says: ([timestamp, latest]) => `an epoch of time ${timestamp} does not follow the latest, of time ${latest}`,
  },
  EpochInFuture: {
    code: "EPOCH_IN_FUTURE",
    says: ([timestamp, time]) => `an epoch of time ${timestamp} lies ahead of the chain's time ${time}`,
  },
  NotFieldElement: {
    code: "NOT_FIELD_ELEMENT",
    says: ([value]) => `${value} is no root or commitment: it is 0 or not below the field's order`,
  },
  UnknownAccount: { code: "UNKNOWN_ACCOUNT", says: ([id]) => `the gate has no account ${id}` },
  UnknownSize: { code: "UNKNOWN_SIZE", says: ([size]) => `no circuit holds ${size} positions: 4, 8, 16 and 32 exist` },
  NotOwner: { code: "NOT_OWNER", says: ([id, caller]) => `${caller} does not own account ${id}` },
  NotLatestEpoch: {
    code: "NOT_LATEST_EPOCH",
    says: ([epoch, latest]) => `epoch ${epoch} is not the latest, which is ${latest}`,
    hint: "Make the proof against the market file of the latest epoch.",
  },
  EpochTooOld: {
    code: "EPOCH_TOO_OLD",
    says: ([age, maxAge]) => `the latest epoch is ${age} s old, and after ${maxAge} s it proves nothing any more`,
    hint: "Wait for the next epoch.",
  },
  AccountFlagged: {
    code: "ACCOUNT_FLAGGED",
    says: ([id]) => `account ${id} is flagged`,
    hint: "Its owner can cure it with a proof under the initial set.",
  },
  AccountNotFlagged: { code: "ACCOUNT_NOT_FLAGGED", says: ([id]) => `account ${id} is not flagged` },
  CommitmentNotHeld: {
    code: "COMMITMENT_NOT_HELD",
    says: ([id, commitment]) =>
      `account ${id} has not held the commitment ${commitment} since the latest epoch, or was proven healthy after it`,
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

/** The error a call reverted with, as the gate declares it; null when the gate did not refuse. */
export function gateError(failure: unknown): ErrorDescription | null {
  const data = revertData(failure);
  return data === undefined ? null : GATE.parseError(data);
}

/** Providers nest the data of a revert at different depths. */
function revertData(failure: unknown, depth = 0): string | undefined {
  if (typeof failure === "string") return /^0x([0-9a-f]{2}){4,}$/i.test(failure) ? failure : undefined;
  if (typeof failure !== "object" || failure === null || depth > 4) return undefined;
  for (const key of ["data", "info", "error", "cause"]) {
    const data = revertData((failure as Record<string, unknown>)[key], depth + 1);
    if (data !== undefined) return data;
  }
  return undefined;
}
