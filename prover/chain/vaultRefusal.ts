import { TacitError } from "../units/errors.ts";
import { refusal, revertData, type Words } from "./refusal.ts";
import { GUARDIANS, TOKEN_ERRORS, VAULT } from "./vaultAbi.ts";

const MAKE_ANEW = "A proof is accepted once, for the account as it stands: make a new one.";
const OTHER_KEY = "Read the guardian's present key from the registry and disclose to that.";

/** What each error of the vault and its registry of guardians means to whoever called; what the gate says too is said there. */
const WORDS: Readonly<Record<string, Words>> = {
  NotDeployer: {
    code: "NOT_DEPLOYER",
    says: ([caller]) => `${caller} did not deploy the vault and cannot bind its gate`,
  },
  GateIsBound: { code: "GATE_IS_BOUND", says: ([gate]) => `the vault is bound to the gate ${gate} already` },
  NotOurGate: {
    code: "NOT_OUR_GATE",
    says: ([gate]) => `the gate ${gate} names another vault`,
    hint: "Deploy the gate with this vault's address.",
  },
  BadCollateral: {
    code: "BAD_COLLATERAL",
    says: ([index]) => `collateral ${index} is no token, none of a spot asset, or stands there twice`,
  },
  BadTerms: { code: "BAD_TERMS", says: () => "the vault's terms are out of bounds", hint: "docs/VAULT.md has them." },

  GuardianClosed: {
    code: "GUARDIAN_CLOSED",
    says: ([guardian]) => `no new account may pick guardian ${guardian}: it is unknown or retired`,
    hint: "Pick another that the registry has.",
  },
  NotGuardiansKey: {
    code: "NOT_GUARDIANS_KEY",
    says: ([guardian, key]) => `key ${key} is none that guardian ${guardian} reads with now`,
    hint: OTHER_KEY,
  },
  CopyTooLong: {
    code: "COPY_TOO_LONG",
    says: ([bytes]) => `the owner's copy has ${bytes} bytes, at most 544 are taken`,
  },
  TransitionRejected: {
    code: "TRANSITION_REJECTED",
    says: ([id]) => `the transition does not verify for account ${id} as it stands, or not for what was asked`,
    hint: MAKE_ANEW,
  },
  DisclosureRejected: {
    code: "DISCLOSURE_REJECTED",
    says: ([id]) => `the disclosure of account ${id} does not verify for its guardian's key and new commitment`,
    hint: MAKE_ANEW,
  },
  HealthRejected: {
    code: "HEALTH_REJECTED",
    says: ([id]) => `the proof that account ${id} is healthy afterwards does not verify at that epoch`,
    hint: MAKE_ANEW,
  },
  UnknownAsset: {
    code: "UNKNOWN_ASSET",
    says: ([asset]) => `the vault takes no token as asset ${asset}`,
    hint: "`tacit account show` lists what it takes.",
  },
  NothingMoved: { code: "NOTHING_MOVED", says: () => "the amount is zero" },
  WrongTransfer: {
    code: "WRONG_TRANSFER",
    says: ([token, moved, expected]) => `the token ${token} moved ${moved} where ${expected} were to move`,
    hint: "A token that takes a fee of transfers is no collateral.",
  },
  HeldTooLittle: {
    code: "HELD_TOO_LITTLE",
    says: ([token, held, asked]) => `the vault holds ${held} base units of the token ${token}, ${asked} are asked for`,
    hint: "Cash may be owed by other accounts, whose collateral is something else: ask for less, or for another asset.",
  },
  NoRecipient: { code: "NO_RECIPIENT", says: () => "nobody is named who receives what is withdrawn" },
  EpochNotLatest: {
    code: "EPOCH_NOT_LATEST",
    says: ([epoch]) => `epoch ${epoch} is too old, or the market has left its band`,
    hint: "Make the proof against the market file of a later epoch.",
  },
  NoFills: { code: "NO_FILLS", says: () => "a trade must hold at least one fill" },
  TicketExpired: {
    code: "TICKET_EXPIRED",
    says: ([ticket, expiry]) => `the ticket ${ticket} could be filled until ${expiry}`,
    hint: "Agree on another.",
  },
  TicketUsed: { code: "TICKET_USED", says: ([ticket]) => `the ticket ${ticket} is filled already` },
  TicketCancelled: {
    code: "TICKET_CANCELLED",
    says: ([id, ticket]) => `account ${id} has cancelled the ticket ${ticket}`,
  },
  SelfTrade: { code: "SELF_TRADE", says: ([id]) => `account ${id} stands on both sides of a fill` },
  UnknownParty: { code: "UNKNOWN_PARTY", says: ([party]) => `a leg names the party ${party}, which is not there` },
  PartiesNotIncreasing: {
    code: "PARTIES_NOT_INCREASING",
    says: ([party]) => `party ${party} stands out of order: by set, then size, then id, each once`,
  },
  IdleParty: { code: "IDLE_PARTY", says: ([id]) => `account ${id} is a party to the trade and takes part in no fill` },
  InitialNeeded: {
    code: "INITIAL_NEEDED",
    says: ([id]) => `account ${id} does more than reduce, and so has to cover the initial requirement`,
    hint: "Prove it under the initial set.",
  },
  FeeBoundTooLarge: {
    code: "FEE_BOUND_TOO_LARGE",
    says: ([id, bound, most]) => `account ${id} would give up to ${bound} in a reduction, at most ${most} (1e-12 USD)`,
  },
  FeeBudgetSpent: {
    code: "FEE_BUDGET_SPENT",
    says: ([id, spent, budget]) =>
      `the reductions of account ${id} would give up ${spent} within the window, at most ${budget} (1e-12 USD)`,
    hint: "Wait for the next window, or trade under the initial set.",
  },

  NotVenue: { code: "NOT_VENUE", says: ([caller]) => `${caller} is not the venue that registers guardians` },
  NotKeeper: {
    code: "NOT_KEEPER",
    says: ([guardian, caller]) => `${caller} does not keep the key of guardian ${guardian}`,
  },
  UnknownGuardian: { code: "UNKNOWN_GUARDIAN", says: ([guardian]) => `there is no guardian ${guardian}` },
  UnknownKey: { code: "UNKNOWN_KEY", says: ([key]) => `there is no viewing key ${key}` },
  KeyNotReduced: { code: "BAD_POINT", says: () => "the key has a coordinate that is no field element" },
  KeyNotOnCurve: { code: "BAD_POINT", says: () => "the key is no point of the curve" },
  KeyOfSmallOrder: {
    code: "BAD_POINT",
    says: () => "the key has a small order: everybody could read what is encrypted to it",
  },
  KeyInUse: { code: "KEY_IN_USE", says: ([key]) => `the key is viewing key ${key} already`, hint: "Make another." },
  OverlapTooShort: {
    code: "OVERLAP_TOO_SHORT",
    says: ([overlap]) => `an overlap of ${overlap} s is shorter than ten minutes`,
  },
  RotatedTooSoon: {
    code: "ROTATED_TOO_SOON",
    says: ([guardian, until]) => `the key of guardian ${guardian} can be rotated again after ${until}`,
    hint: "Else what is on its way to the key before would find it closed.",
  },
  OverlapTooLong: { code: "OVERLAP_TOO_LONG", says: ([overlap]) => `an overlap of ${overlap} s is longer than a day` },

  ERC20InsufficientBalance: {
    code: "BALANCE_TOO_SMALL",
    says: ([sender, balance, needed]) => `${sender} holds ${balance} base units of the token, ${needed} are to move`,
  },
  ERC20InsufficientAllowance: {
    code: "ALLOWANCE_TOO_SMALL",
    says: ([spender, allowance, needed]) => `${spender} may take ${allowance} base units of the token, not ${needed}`,
    hint: "Approve the vault for the amount.",
  },
  ReentrancyGuardReentrantCall: {
    code: "REENTRANT",
    says: () => "the token called the vault back in the middle of a transfer",
    hint: "Such a token is no collateral.",
  },
  SafeERC20FailedOperation: {
    code: "TOKEN_FAILED",
    says: ([token]) => `the token ${token} refused to move`,
    hint: "Is the balance large enough?",
  },
};

/** What the vault, the registry, the gate or a token said when a call failed, in words; any other failure as it is. */
export function vaultRefusal(failure: unknown): unknown {
  const data = revertData(failure);
  const error =
    data === undefined ? null : (VAULT.parseError(data) ?? GUARDIANS.parseError(data) ?? TOKEN_ERRORS.parseError(data));
  const words = error === null ? undefined : WORDS[error.name];
  if (error === null || words === undefined) return refusal(failure);
  const options = { ...(words.hint === undefined ? {} : { hint: words.hint }), cause: failure };
  return new TacitError(words.code, words.says(error.args), options);
}

/** Runs a call; what is refused is thrown in words. */
export async function spokenVault<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (failure) {
    throw vaultRefusal(failure);
  }
}
