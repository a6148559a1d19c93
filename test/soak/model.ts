import type { GateTerms } from "../../prover/chain/gate.ts";

/**
 * The state machine of `IMarginGate` as its words have it, for the soak. It forgets nothing: proofs, cuts, commitments and
 * exits are lists in order, and every question searches them anew. Nothing here is stored that could be derived.
 */

export interface ModelEpoch {
  readonly number: number;
  readonly timestamp: number;
  readonly publishedAt: number;
  readonly aliveSince: number;
  /** Index prices, 1e-6 USD. */
  readonly index: readonly bigint[];
}

export type Set = "maintenance" | "initial";

/** A "proof": what it says, and whether that is true. */
export interface Claimed {
  readonly healthy: boolean;
  readonly commitment: bigint;
  readonly epoch: number;
  readonly set: Set;
  readonly coverage: number;
  readonly size: number;
  readonly caller: string;
  readonly id: bigint;
  readonly nonce: number;
  readonly action: "prove" | "flag" | "cure";
}

export type Act =
  | { readonly name: "open"; readonly commitment: bigint; readonly size: number; readonly id: bigint }
  | { readonly name: "update"; readonly id: bigint; readonly commitment: bigint; readonly size: number }
  | { readonly name: "prove"; readonly id: bigint; readonly epoch: number; readonly set: Set; readonly proof: Claimed }
  | {
      readonly name: "proveMany";
      readonly epoch: number;
      readonly set: Set;
      readonly size: number;
      readonly claims: readonly Claimed[];
    }
  | {
      readonly name: "flag";
      readonly id: bigint;
      readonly epoch: number;
      readonly commitment: bigint;
      readonly size: number;
      readonly proof: Claimed;
    }
  | { readonly name: "flagSilent"; readonly id: bigint; readonly outside: number }
  | { readonly name: "recordExit"; readonly epoch: number; readonly outside: number }
  | { readonly name: "cure"; readonly id: bigint; readonly epoch: number; readonly proof: Claimed }
  | { readonly name: "challenge"; readonly id: bigint; readonly bond: bigint }
  | { readonly name: "settleChallenge"; readonly id: bigint }
  | { readonly name: "collect" }
  | { readonly name: "pledge"; readonly id: bigint; readonly beneficiary: string; readonly coverage: number }
  | { readonly name: "retract"; readonly id: bigint; readonly beneficiary: string }
  | { readonly name: "accept"; readonly id: bigint; readonly least: number }
  | { readonly name: "release"; readonly id: bigint };

interface Healthy {
  readonly order: number;
  readonly epoch: number;
  readonly timestamp: number;
  readonly set: Set;
  readonly coverage: number;
}

interface Held {
  readonly commitment: bigint;
  readonly size: number;
  readonly since: number;
  /** The newest epoch when it was given up. */
  until?: number;
}

interface Question {
  readonly by: string;
  readonly bond: bigint;
  readonly epoch: number;
  readonly next: number;
  /** Until a proof that could have answered it, or a flag. */
  open: boolean;
  /** Whom the gate came to owe the bond; absent before. */
  paidTo?: string;
}

interface AccountModel {
  readonly id: bigint;
  readonly owner: string;
  readonly held: Held[];
  readonly proofs: Healthy[];
  /** Moments at which everything leased so far ended. */
  readonly cuts: { readonly order: number; readonly time: number }[];
  readonly questions: Question[];
  covenants: { readonly beneficiary: string; readonly coverage: number; accepted: boolean }[];
  flagged: boolean;
  flagEpoch: number;
  consents: number;
}

/** What the gate shows of an account. */
export interface Shown {
  readonly status: "none" | "current" | "soft" | "hard";
  readonly lease: number;
  readonly commitment: bigint;
  readonly nonce: number;
  readonly provenEpoch: number;
  readonly coverage: number;
  readonly pledged: number;
  readonly size: number;
  readonly fresh: boolean;
  readonly flagged: boolean;
  readonly challenged: boolean;
  readonly owner: string;
  readonly consents: number;
  readonly flagEpoch: number;
}

export interface Outcome {
  /** The name of the error; null when the call is accepted. */
  readonly error: string | null;
  /** Of `proveMany`: the reason each claim was passed over for, null for those accepted. */
  readonly skipped?: readonly (string | null)[];
}

/** A rule told wrongly on purpose: the soak must notice. */
export type Slip = "none" | "grace" | "band" | "cut" | "answer";

/** A refusal, as the interface names it. */
class Refused extends Error {}
const refuse = (name: string): never => {
  throw new Refused(name);
};

const SIZES = [4, 8, 16, 32];
const MOST_COVERAGE = 2 ** 20 - 1;
const MOST_COVENANTS = 4;

export function createModel(
  terms: GateTerms,
  book: { readonly maxSpacing: number },
  truth: (claim: Claimed) => boolean,
  slip: Slip = "none",
) {
  const epochs: ModelEpoch[] = [];
  const exits: { readonly epoch: number; readonly time: number }[] = [];
  const accounts = new Map<bigint, AccountModel>();
  const owed = new Map<string, bigint>();
  let oracle: readonly bigint[] = [];
  let order = 0;
  const grace = terms.grace + (slip === "grace" ? 1 : 0);
  const band = BigInt(terms.band) + (slip === "band" ? 10_000_000n : 0n);

  const epochAt = (number: number): ModelEpoch => epochs[number - 1] ?? refuse("UnknownEpoch");
  const newest = (): number => epochs.length;
  const gap = (prices: readonly bigint[], from: readonly bigint[]): bigint =>
    from.reduce((most, price, i) => {
      const off = ((prices[i] ?? 0n) > price ? (prices[i] ?? 0n) - price : price - (prices[i] ?? 0n)) * 10n ** 9n;
      const rounded = (off + price - 1n) / price;
      return rounded > most ? rounded : most;
    }, 0n);
  const aliveSince = (now: number): number => {
    const last = epochs.at(-1);
    return last === undefined || now - last.timestamp > book.maxSpacing ? 0 : last.aliveSince;
  };

  const holding = (a: AccountModel): Held => a.held.at(-1) ?? refuse("UnknownAccount");
  const pledged = (a: AccountModel): number => Math.max(0, ...a.covenants.map(({ coverage }) => coverage));
  const freshProof = (a: AccountModel): Healthy | undefined => {
    const last = a.proofs.at(-1);
    return last !== undefined && last.order > holding(a).since ? last : undefined;
  };
  const question = (a: AccountModel): Question | undefined => {
    const last = a.questions.at(-1);
    return last?.open === true ? last : undefined;
  };
  const deadline = (q: Question): number => {
    const epoch = epochs[q.epoch - 1];
    return epoch === undefined ? 0 : epoch.publishedAt + terms.challengeWindow;
  };
  const missed = (a: AccountModel, now: number): number => {
    const q = question(a);
    const due = q === undefined ? 0 : deadline(q);
    return due !== 0 && now > due ? due : 0;
  };
  /** A lease of so long from a proof's epoch, less what was cut since. */
  const leased = (a: AccountModel, proof: Healthy | undefined, length: number): number =>
    proof === undefined
      ? 0
      : a.cuts.reduce(
          (end, cut) => (cut.order > proof.order ? Math.min(end, cut.time) : end),
          proof.timestamp + length,
        );
  const lastInitial = (a: AccountModel) => a.proofs.findLast(({ set }) => set === "initial");
  /** @param all whether exits count that nobody has recorded */
  const leaseEnd = (a: AccountModel, now: number, all: boolean): number => {
    const plain = leased(a, a.proofs.at(-1), terms.leaseMaintenance);
    const initial = lastInitial(a);
    let banded = leased(a, initial, terms.leaseInitial);
    if (initial !== undefined && banded > plain) {
      const from = epochAt(initial.epoch);
      const times = all
        ? epochs
            .filter((e) => e.number > from.number && e.timestamp <= banded && gap(e.index, from.index) > band)
            .map((e) => e.timestamp)
        : exits.filter((e) => e.epoch === from.number).map((e) => e.time);
      banded = Math.min(banded, ...times);
    }
    const end = Math.max(plain, banded);
    const due = missed(a, now);
    return due === 0 ? end : Math.min(end, due);
  };
  const isHard = (a: AccountModel, now: number): boolean => {
    if (a.flagged) return true;
    const end = leaseEnd(a, now, false);
    const alive = aliveSince(now);
    return end !== 0 && now > end + grace && alive !== 0 && now > alive + grace;
  };
  const cut = (a: AccountModel, time: number) => a.cuts.push({ order: ++order, time });
  const pay = (q: Question, to: string) => {
    if (q.paidTo !== undefined) return;
    q.paidTo = to;
    owed.set(to, (owed.get(to) ?? 0n) + q.bond);
  };
  const needed = (a: AccountModel, set: Set): number =>
    set === "maintenance" ? terms.coverageMaintenance : Math.max(pledged(a), terms.coverageInitial);

  const usable = (number: number, now: number): ModelEpoch => {
    const epoch = epochAt(number);
    if (now - epoch.timestamp > terms.maxEpochAge) refuse("EpochTooOld");
    if (gap(epochs.at(-1)?.index ?? [], epoch.index) > band) refuse("EpochLeft");
    return epoch;
  };
  const latest = (number: number, now: number): ModelEpoch => {
    const epoch = usable(number, now);
    if (gap(oracle, epoch.index) > band) refuse("EpochLeft");
    return epoch;
  };
  const existing = (id: bigint): AccountModel => accounts.get(id) ?? refuse("UnknownAccount");
  const owned = (id: bigint, from: string): AccountModel => {
    const a = existing(id);
    if (a.owner !== from) refuse("NotOwner");
    return a;
  };
  const checkSize = (size: number) => {
    if (!SIZES.includes(size)) refuse("UnknownSize");
  };
  /** Whether a proof says just what the gate asks, and truly. */
  const holds = (proof: Claimed, asked: Claimed): boolean =>
    proof.healthy === asked.healthy &&
    proof.commitment === asked.commitment &&
    proof.epoch === asked.epoch &&
    proof.set === asked.set &&
    proof.coverage === asked.coverage &&
    proof.size === asked.size &&
    proof.caller === asked.caller &&
    proof.id === asked.id &&
    (proof.nonce === asked.nonce || asked.action === "flag") &&
    proof.action === asked.action &&
    truth(proof);
  const askedOf = (a: AccountModel, epoch: number, set: Set, from: string, action: Claimed["action"]): Claimed => ({
    healthy: true,
    commitment: holding(a).commitment,
    epoch,
    set,
    coverage: needed(a, set),
    size: holding(a).size,
    caller: from,
    id: a.id,
    nonce: a.proofs.length,
    action,
  });
  const overtaken = (a: AccountModel, epoch: number, set: Set, now: number): string | null => {
    const least = missed(a, now) === 0 ? (a.proofs.at(-1)?.epoch ?? 0) : (question(a)?.epoch ?? 0);
    if (epoch < least) return "EpochOvertaken";
    return pledged(a) !== 0 && set === "maintenance" ? "CovenantStands" : null;
  };
  const grant = (a: AccountModel, epoch: ModelEpoch, set: Set, now: number) => {
    const q = question(a);
    if (q !== undefined) {
      const due = missed(a, now);
      if (due !== 0) {
        cut(a, due);
        q.open = false;
        pay(q, q.by);
      } else if (epoch.number >= q.epoch + (slip === "answer" ? 1 : 0)) {
        q.open = false;
        pay(q, a.owner);
      }
    }
    const coverage = set === "initial" ? needed(a, set) : 0;
    a.proofs.push({ order: ++order, epoch: epoch.number, timestamp: epoch.timestamp, set, coverage });
  };
  const setFlag = (a: AccountModel, now: number) => {
    const q = question(a);
    if (q !== undefined) {
      q.open = false;
      pay(q, q.by);
    }
    cut(a, now - 1);
    a.flagged = true;
  };
  const record = (epoch: number, outside: number) => {
    if (outside <= epoch) refuse("NotOutside");
    const [to, from] = [epochAt(outside), epochAt(epoch)];
    if (gap(to.index, from.index) <= band) refuse("NotOutside");
    exits.push({ epoch, time: to.timestamp });
  };
  const endCovenant = (a: AccountModel, beneficiary: string): boolean => {
    const found = a.covenants.find((c) => c.beneficiary === beneficiary) ?? refuse("NotPledged");
    a.covenants = a.covenants.filter((c) => c !== found);
    return found.accepted;
  };

  function run(act: Act, from: string, now: number): readonly (string | null)[] | undefined {
    switch (act.name) {
      case "open": {
        checkSize(act.size);
        const held = [{ commitment: act.commitment, size: act.size, since: ++order }];
        const empty = { proofs: [], cuts: [], questions: [], covenants: [], flagged: false, flagEpoch: 0, consents: 0 };
        accounts.set(act.id, { id: act.id, owner: from, held, ...empty });
        return;
      }
      case "update": {
        const a = owned(act.id, from);
        checkSize(act.size);
        holding(a).until = newest();
        if (slip !== "cut") cut(a, now - 1);
        a.held.push({ commitment: act.commitment, size: act.size, since: ++order });
        a.consents += 1;
        return;
      }
      case "prove": {
        const a = existing(act.id);
        if (isHard(a, now)) refuse("AccountHard");
        const epoch = usable(act.epoch, now);
        const reason = overtaken(a, act.epoch, act.set, now);
        if (reason !== null) refuse(reason);
        if (!holds(act.proof, askedOf(a, act.epoch, act.set, from, "prove"))) refuse("ProofRejected");
        grant(a, epoch, act.set, now);
        return;
      }
      case "proveMany": {
        if (act.claims.length === 0) refuse("EmptyBatch");
        const epoch = usable(act.epoch, now);
        return act.claims.map((claim) => {
          const a = accounts.get(claim.id);
          if (a === undefined) return "UnknownAccount";
          if (isHard(a, now)) return "AccountHard";
          const reason = overtaken(a, act.epoch, act.set, now);
          if (reason !== null) return reason;
          const asked = askedOf(a, act.epoch, act.set, from, "prove");
          const stale =
            holding(a).size !== act.size ||
            claim.commitment !== asked.commitment ||
            claim.nonce !== asked.nonce ||
            claim.caller !== from ||
            claim.action !== "prove";
          if (stale) return "ProofOvertaken";
          if (!holds(claim, asked)) return "ProofRejected";
          grant(a, epoch, act.set, now);
          return null;
        });
      }
      case "flag": {
        const a = existing(act.id);
        if (a.flagged) refuse("AccountHard");
        const held = a.held.findLast(({ commitment }) => commitment === act.commitment);
        if (held === undefined || (held.until ?? Number.POSITIVE_INFINITY) < act.epoch) refuse("CommitmentNotHeld");
        const since = held?.since ?? 0;
        if (a.proofs.some((p) => p.order > since && p.epoch >= act.epoch)) refuse("CommitmentNotHeld");
        latest(act.epoch, now);
        checkSize(act.size);
        const asked: Claimed = {
          ...askedOf(a, act.epoch, "maintenance", from, "flag"),
          healthy: false,
          commitment: act.commitment,
          coverage: 10_000,
          size: act.size,
        };
        if (!holds(act.proof, asked)) refuse("ProofRejected");
        a.flagEpoch = Math.max(a.flagEpoch, act.epoch);
        setFlag(a, now);
        return;
      }
      case "flagSilent": {
        const a = existing(act.id);
        if (a.flagged) refuse("AccountHard");
        if (act.outside !== 0) record(lastInitial(a)?.epoch ?? 0, act.outside);
        try {
          if (leaseEnd(a, now, false) === 0) refuse("NeverProven");
          if (aliveSince(now) === 0) refuse("BookOverdue");
          if (!isHard(a, now)) refuse("NotSilentYet");
        } catch (failure) {
          // The whole call is undone, the exit with it.
          if (act.outside !== 0) exits.pop();
          throw failure;
        }
        setFlag(a, now);
        return;
      }
      case "recordExit":
        record(act.epoch, act.outside);
        return;
      case "cure": {
        const a = owned(act.id, from);
        if (!isHard(a, now)) refuse("AccountNotHard");
        if (act.epoch < a.flagEpoch) refuse("EpochOvertaken");
        const epoch = latest(act.epoch, now);
        const reason = overtaken(a, act.epoch, "initial", now);
        if (reason !== null) refuse(reason);
        if (!holds(act.proof, askedOf(a, act.epoch, "initial", from, "cure"))) refuse("ProofRejected");
        a.flagged = false;
        a.consents += 1;
        grant(a, epoch, "initial", now);
        return;
      }
      case "challenge": {
        const a = existing(act.id);
        if (question(a) !== undefined) refuse("ChallengeOpen");
        if (now < (a.questions.at(-1)?.next ?? 0)) refuse("ChallengeTooSoon");
        if (a.flagged || now > leaseEnd(a, now, false)) refuse("AccountNotCurrent");
        if (act.bond < terms.challengeBond) refuse("BondTooSmall");
        const next = now + terms.challengeCooldown;
        a.questions.push({ by: from, bond: act.bond, epoch: newest() + 1, next, open: true });
        return;
      }
      case "settleChallenge": {
        const a = existing(act.id);
        const q = question(a) ?? refuse("NotChallenged");
        if (q.paidTo !== undefined) refuse("NotChallenged");
        const due = missed(a, now);
        if (due !== 0) cut(a, due);
        else if (now > leaseEnd(a, now, false) && aliveSince(now) === 0) q.open = false;
        else refuse("ChallengeRuns");
        pay(q, q.by);
        return;
      }
      case "collect":
        if ((owed.get(from) ?? 0n) === 0n) refuse("NothingOwed");
        owed.set(from, 0n);
        return;
      case "pledge": {
        const a = owned(act.id, from);
        if (act.coverage < terms.coverageInitial || act.coverage > MOST_COVERAGE) refuse("PledgeOutOfRange");
        if (a.covenants.some((c) => c.beneficiary === act.beneficiary)) refuse("AlreadyPledged");
        if (a.covenants.length === MOST_COVENANTS) refuse("TooManyCovenants");
        a.covenants.push({ beneficiary: act.beneficiary, coverage: act.coverage, accepted: false });
        a.consents += 1;
        return;
      }
      case "retract": {
        const a = owned(act.id, from);
        const found = a.covenants.find((c) => c.beneficiary === act.beneficiary) ?? refuse("NotPledged");
        if (found.accepted) refuse("PledgeIsAccepted");
        endCovenant(a, act.beneficiary);
        a.consents += 1;
        return;
      }
      case "accept": {
        const found = accounts.get(act.id)?.covenants.find((c) => c.beneficiary === from) ?? refuse("NotPledged");
        if (found.coverage < act.least) refuse("PledgeTooSmall");
        found.accepted = true;
        return;
      }
      case "release":
        endCovenant(accounts.get(act.id) ?? refuse("NotPledged"), from);
        return;
    }
  }

  return {
    epochs,
    accounts,
    owed: (to: string): bigint => owed.get(to) ?? 0n,
    gapOf: (to: number, from: number): bigint => gap(epochAt(to).index, epochAt(from).index),
    quote(prices: readonly bigint[]) {
      oracle = prices;
    },
    publish(timestamp: number, publishedAt: number, index: readonly bigint[]) {
      const alive = aliveSince(publishedAt);
      epochs.push({ number: epochs.length + 1, timestamp, publishedAt, aliveSince: alive || publishedAt, index });
    },
    /** What the gate does with a call, and does it. */
    apply(act: Act, from: string, now: number): Outcome {
      try {
        const skipped = run(act, from, now);
        return skipped === undefined ? { error: null } : { error: null, skipped };
      } catch (failure) {
        if (failure instanceof Refused) return { error: failure.message };
        throw failure;
      }
    },
    /** What the gate shows of an account at a time. */
    show(id: bigint, now: number): Shown {
      const a = existing(id);
      const { commitment, size } = holding(a);
      const end = leaseEnd(a, now, true);
      const fresh = freshProof(a);
      return {
        status: isHard(a, now) ? "hard" : now <= end ? "current" : "soft",
        lease: end,
        commitment,
        nonce: a.proofs.length,
        provenEpoch: a.proofs.at(-1)?.epoch ?? 0,
        coverage: fresh?.coverage ?? 0,
        pledged: pledged(a),
        size,
        fresh: fresh !== undefined,
        flagged: a.flagged,
        challenged: question(a) !== undefined,
        owner: a.owner,
        consents: a.consents,
        flagEpoch: a.flagEpoch,
      };
    },
    needed: (id: bigint, set: Set): number => needed(existing(id), set),
    challengedOf: (id: bigint): boolean => question(existing(id)) !== undefined,
    /** The seconds at which what the account shows may change by itself, for a grace of so long. */
    edgesOf(id: bigint, now: number, grace: number): number[] {
      const a = existing(id);
      const [all, known] = [leaseEnd(a, now, true), leaseEnd(a, now, false)];
      if (known === 0) return [];
      const due = question(a);
      const hard = Math.max(known, aliveSince(now)) + grace;
      return [...new Set([all, known, hard, ...(due === undefined ? [] : [deadline(due)])])];
    },
    /** Whether an exit ended its long lease sooner. */
    cutByExit(id: bigint, now: number): boolean {
      const a = existing(id);
      const initial = lastInitial(a);
      const plain = leased(a, a.proofs.at(-1), terms.leaseMaintenance);
      const whole = Math.max(plain, leased(a, initial, terms.leaseInitial));
      return leaseEnd(a, now, true) < whole && missed(a, now) === 0;
    },
    lastBandedEpoch: (id: bigint): number => lastInitial(existing(id))?.epoch ?? 0,
  };
}

export type Model = ReturnType<typeof createModel>;
