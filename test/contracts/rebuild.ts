import type { LogDescription } from "ethers";
import type { GateTerms } from "../../prover/chain/gate.ts";

/** An account as `accountOf` has it. */
export interface Rebuilt {
  commitment: bigint;
  nonce: bigint;
  provenEpoch: bigint;
  leaseUntil: bigint;
  bandedUntil: bigint;
  bandedEpoch: bigint;
  coverage: bigint;
  pledged: bigint;
  size: bigint;
  fresh: boolean;
  flagged: boolean;
  challenged: boolean;
  owner: string;
  consents: bigint;
  flagEpoch: bigint;
}

/** The last challenge of an account as `challengeOf` has it. */
interface Question {
  by: string;
  bond: bigint;
  epoch: bigint;
  next: bigint;
}

interface Covenant {
  beneficiary: string;
  coverage: bigint;
  accepted: boolean;
}

/** Everything a gate stores. */
export interface GateState {
  readonly accounts: Map<bigint, Rebuilt>;
  readonly opened: Map<string, bigint>;
  /** By account and commitment given up. */
  readonly replaced: Map<bigint, Map<bigint, { epoch: bigint; base: bigint }>>;
  readonly exits: Map<bigint, bigint>;
  readonly questions: Map<bigint, Question>;
  readonly covenants: Map<bigint, Covenant[]>;
  readonly owed: Map<string, bigint>;
}

/** An event of the gate or its book, with the time of its block. */
export interface Happened {
  readonly event: LogDescription;
  readonly time: bigint;
}

/** What the gate stores, from its events and its book's alone. */
export function rebuild(
  history: readonly Happened[],
  terms: Pick<GateTerms, "leaseMaintenance" | "coverageInitial">,
): GateState {
  const state: GateState = {
    accounts: new Map(),
    opened: new Map(),
    replaced: new Map(),
    exits: new Map(),
    questions: new Map(),
    covenants: new Map(),
    owed: new Map(),
  };
  const times = new Map<bigint, bigint>(); // of epochs
  const account = (id: bigint): Rebuilt => {
    const found = state.accounts.get(id);
    if (found === undefined) throw new Error(`account ${id} was never opened`);
    return found;
  };
  const cut = (of: Rebuilt, time: bigint) => {
    if (of.leaseUntil > time) of.leaseUntil = time;
    if (of.bandedUntil > time) of.bandedUntil = time;
  };
  const replace = (id: bigint, commitment: bigint, size: bigint, epoch: bigint) => {
    const of = account(id);
    const given = state.replaced.get(id) ?? new Map();
    state.replaced.set(id, given.set(of.commitment, { epoch, base: of.fresh ? of.nonce - 1n : of.nonce }));
    Object.assign(of, { commitment, size });
  };
  const lapse = (id: bigint, time: bigint) => {
    cut(account(id), time - 1n);
    Object.assign(account(id), { coverage: 0n, fresh: false });
  };
  const owe = (to: string, bond: bigint) => state.owed.set(to, (state.owed.get(to) ?? 0n) + bond);
  const giveBack = (id: bigint, to: string, bond: bigint) => {
    const question = state.questions.get(id);
    if (question?.bond !== bond) throw new Error("a bond changed");
    question.bond = 0n;
    owe(to, bond);
  };
  const close = (id: bigint, to: string, bond: bigint) => {
    account(id).challenged = false;
    giveBack(id, to, bond);
  };
  const pledges = (id: bigint): Covenant[] => {
    const list = state.covenants.get(id) ?? [];
    state.covenants.set(id, list);
    return list;
  };
  const largest = (id: bigint) => {
    account(id).pledged = pledges(id).reduce((most, { coverage }) => (coverage > most ? coverage : most), 0n);
  };
  const endPledge = (id: bigint, beneficiary: string) => {
    const list = pledges(id);
    const i = list.findIndex((one) => one.beneficiary === beneficiary);
    const last = list.pop();
    if (last !== undefined && i < list.length) list[i] = last;
    largest(id);
  };

  const handlers: Record<string, (args: LogDescription["args"], time: bigint) => void> = {
    EpochPublished: ({ number, epoch }) => times.set(number, epoch.timestamp),
    Opened({ id, owner, commitment, size }) {
      state.opened.set(owner, (state.opened.get(owner) ?? 0n) + 1n);
      state.accounts.set(id, {
        commitment,
        nonce: 0n,
        provenEpoch: 0n,
        leaseUntil: 0n,
        bandedUntil: 0n,
        bandedEpoch: 0n,
        coverage: 0n,
        pledged: 0n,
        size,
        fresh: false,
        flagged: false,
        challenged: false,
        owner,
        consents: 0n,
        flagEpoch: 0n,
      });
    },
    Updated({ id, commitment, size, epoch }, time) {
      replace(id, commitment, size, epoch);
      lapse(id, time);
      account(id).consents++;
    },
    Replaced({ id, commitment, size, epoch, kept }, time) {
      replace(id, commitment, size, epoch);
      if (!kept) return lapse(id, time);
      const [of, most] = [account(id), BigInt(terms.coverageInitial)];
      if (of.coverage > most) of.coverage = most;
    },
    Proven({ id, epoch, set, coverage, leaseUntil }) {
      const of = account(id);
      const initial = set === 1n;
      of.nonce++;
      of.provenEpoch = epoch;
      if (epoch >= (state.questions.get(id)?.epoch ?? 0n)) of.challenged = false;
      of.leaseUntil = (times.get(epoch) ?? 0n) + BigInt(terms.leaseMaintenance);
      of.fresh = true;
      of.coverage = initial ? coverage : 0n;
      if (initial) Object.assign(of, { bandedUntil: leaseUntil, bandedEpoch: epoch });
      else if (leaseUntil !== of.leaseUntil) throw new Error("a lease is another");
    },
    Flagged({ id, epoch }, time) {
      const of = account(id);
      if (epoch > of.flagEpoch) of.flagEpoch = epoch;
      of.flagged = true;
      of.challenged = false;
      cut(of, time - 1n);
    },
    FlaggedSilent({ id }, time) {
      Object.assign(account(id), { flagged: true, challenged: false });
      cut(account(id), time - 1n);
    },
    Cured({ id }) {
      account(id).flagged = false;
      account(id).consents++;
    },
    ExitRecorded: ({ epoch, time }) => state.exits.set(epoch, time),
    Challenged({ id, by, bond, epoch, next }) {
      account(id).challenged = true;
      state.questions.set(id, { by, bond, epoch, next });
    },
    ChallengeAnswered: ({ id, paidTo, bond }) => close(id, paidTo, bond),
    ChallengeUnanswered({ id, returnedTo, bond, deadline }) {
      giveBack(id, returnedTo, bond); // and the question stands
      cut(account(id), deadline);
    },
    ChallengeVoided: ({ id, returnedTo, bond }) => close(id, returnedTo, bond),
    Collected: ({ by }) => state.owed.set(by, 0n),
    Pledged({ id, beneficiary, coverage }) {
      pledges(id).push({ beneficiary, coverage, accepted: false });
      largest(id);
      account(id).consents++;
    },
    PledgeRetracted({ id, beneficiary }) {
      endPledge(id, beneficiary);
      account(id).consents++;
    },
    PledgeAccepted({ id, beneficiary }) {
      for (const one of pledges(id)) if (one.beneficiary === beneficiary) one.accepted = true;
    },
    PledgeReleased: ({ id, beneficiary }) => endPledge(id, beneficiary),
  };
  for (const { event, time } of history) handlers[event.name]?.(event.args, time);
  return state;
}

/** Whether a commitment that an account gave up can still be proven in breach at an epoch. */
export function breachable(state: GateState, id: bigint, commitment: bigint, epoch: bigint): boolean {
  const of = state.accounts.get(id);
  if (of === undefined) return false;
  if (of.commitment === commitment) return !(of.fresh && of.provenEpoch >= epoch);
  const given = state.replaced.get(id)?.get(commitment);
  return given !== undefined && given.epoch >= epoch && !(of.nonce > given.base && of.provenEpoch >= epoch);
}
