import { commit } from "../../prover/account/state.ts";
import { accountId } from "../../prover/chain/context.ts";
import type { Instrument } from "../../prover/market/types.ts";
import type { Prover } from "../../prover/prove/prover.ts";
import { evaluate } from "../../prover/risk/requirement.ts";
import type { Position } from "../../prover/risk/types.ts";
import type { Cash, Coverage, Quantity } from "../../prover/units/units.ts";
import { MAX_SPACING, openSoakChain, TERMS } from "./chain.ts";
import { hours, listed, marketAt, type SoakMarket } from "./market.ts";
import { type Act, type Claimed, createModel, type Set as RequirementSetName, type Shown, type Slip } from "./model.ts";
import { realProofs } from "./proofs.ts";
import { type Random, randomOf } from "./random.ts";

export interface SoakRequest {
  readonly seed: number;
  readonly accounts: number;
  readonly epochs: number;
  /** A rule that the model is told wrongly: the soak must throw. */
  readonly slip?: Slip;
  /** With it all accounts have 4 slots, the gate has the real verifiers, and every proof is made by it. */
  readonly prover?: Prover;
  readonly report?: (line: string) => void;
}

/** What a soak has to have met, or it has shown nothing. */
export const HAPPENINGS = [
  "maintenance proof",
  "initial proof",
  "batched proof",
  "update",
  "breach flag",
  "silent flag",
  "cure",
  "challenge",
  "challenge answered",
  "challenge unanswered",
  "challenge settled",
  "covenant pledged",
  "covenant accepted",
  "covenant ended",
  "band exit",
  "lease cut by an exit",
] as const;
export type Happening = (typeof HAPPENINGS)[number];

export interface SoakResult {
  /** Calls by name, accepted and refused, with the refusals by the error's name. */
  readonly calls: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  /** What was accepted, by kind, and what became of challenges. */
  readonly events: Readonly<Record<Happening, number>>;
  readonly statuses: Readonly<Record<Shown["status"], number>>;
  /** Comparisons of what an account shows, and wei paid out. */
  readonly compared: number;
  /** Real ones made, and the seconds that they took. */
  readonly proofs: { readonly made: number; readonly seconds: number };
  readonly paid: bigint;
  /** By kind of transaction: how many, and what they cost together. */
  readonly gas: ReadonlyMap<string, { readonly count: number; readonly gas: bigint }>;
}

interface Book {
  readonly positions: readonly Position[];
  readonly cash: Cash;
  readonly salt: bigint;
}

interface Trader {
  readonly id: bigint;
  readonly owner: string;
  size: number;
  commitment: bigint;
  /** Every commitment that it held, with the book behind it. */
  readonly books: Map<bigint, Book>;
  /** Share of the epochs at which it proves itself; below 0 from the epoch on at which it falls silent. */
  readonly zeal: number;
  readonly silentFrom: number;
}

const BATCH = 16;
const MOST_REACH = 2n ** 20n;
/** Accounts looked at in the second at which something of theirs ends. */
const EDGE = 60;

/**
 * Many accounts over real hourly prices against the model, one seed one history. Compares every call's outcome, after it
 * what the account shows, and at every epoch what all accounts show and everybody is owed.
 * @throws Error that begins with `divergence`
 */
export async function soak(request: SoakRequest): Promise<SoakResult> {
  const started = performance.now();
  const random = randomOf(request.seed);
  const report = request.report ?? (() => {});
  const all = hours();
  const first = all[0];
  if (first === undefined) throw new Error("no hours");
  const instruments = listed(first);
  const markets: SoakMarket[] = [];
  const traders: Trader[] = [];
  const { prover } = request;
  const proofs =
    prover === undefined
      ? undefined
      : realProofs(prover, {
          market: (epoch) => markets[epoch - 1],
          book: (id, commitment) => traders.find((t) => t.id === id)?.books.get(commitment),
        });
  const chain = await openSoakChain(first.time - 600, proofs?.prove);
  const [, , , , ...people] = chain.signers.map(({ address }) => address);
  const owners = people.slice(0, 10);
  const strangers = people.slice(10, 16);

  const reach = new Map<string, bigint>();
  const keyOf = (epoch: number, set: RequirementSetName, commitment: bigint) => `${epoch} ${set} ${commitment}`;
  const truth = ({ epoch, set, commitment, coverage, healthy }: Claimed): boolean => {
    const known = reach.get(keyOf(epoch, set, commitment));
    return known !== undefined && healthy === known >= BigInt(coverage);
  };
  const model = createModel(TERMS, { maxSpacing: MAX_SPACING }, truth, request.slip);
  const calls: Record<string, number> = {};
  const refusals: Record<string, number> = {};
  const events = Object.fromEntries(HAPPENINGS.map((name) => [name, 0])) as Record<Happening, number>;
  let [compared, paid] = [0, 0n];
  const count = (of: Record<string, number>, name: string) => {
    of[name] = (of[name] ?? 0) + 1;
  };
  const diverge = (what: string, act: unknown, expected: unknown, found: unknown): never => {
    const text = (value: unknown) => JSON.stringify(value, (_, v) => (typeof v === "bigint" ? String(v) : v));
    throw new Error(
      `divergence (seed ${request.seed}) in ${what} at ${chain.now()}: ${text(act)}: the model has ${text(expected)}, the gate ${text(found)}`,
    );
  };

  async function compareShown(ids: readonly bigint[], act: unknown) {
    for (let i = 0; i < ids.length; i += 100) {
      const part = ids.slice(i, i + 100);
      const { at, seen } = await chain.look(part);
      for (const [k, id] of part.entries()) {
        const expected = model.show(id, at);
        const found = seen[k];
        for (const field of Object.keys(expected) as (keyof Shown)[]) {
          if (expected[field] !== found?.[field]) diverge(`${field} of ${id}`, act, expected, found);
        }
        compared += 1;
      }
    }
  }

  /** Sends a call, and holds what became of it against the model. */
  async function play(act: Act, from: string, seconds: number): Promise<boolean> {
    const sent = await chain.act(act, from, seconds);
    const before = act.name === "collect" ? model.owed(from) : 0n;
    const { error, skipped } = model.apply(act, from, chain.now());
    count(calls, act.name);
    if (error !== sent.error) diverge("outcome", { act, from }, error, sent.error);
    if (error !== null) count(refusals, error);
    if (act.name === "collect" && error === null) paid += before;
    if (error === null) happened(act, skipped);
    if (skipped !== undefined && act.name === "proveMany") {
      const expected = act.claims
        .map(({ id }, i) => ({ id, reason: skipped[i] ?? "" }))
        .filter(({ reason }) => reason !== "");
      const found = chain.skipped(sent.logs);
      const inOrder = (list: { id: bigint; reason: string }[]) =>
        list
          .map(({ id, reason }) => `${id} ${reason}`)
          .sort()
          .join();
      if (inOrder(expected) !== inOrder(found)) diverge("batch", act, expected, found);
      for (const { reason } of expected) count(refusals, `${reason} (skipped)`);
      await compareShown([...new Set(act.claims.map(({ id }) => id))], act.name);
    } else if ("id" in act && act.name !== "open") await compareShown([act.id], act);
    return error === null;
  }

  const sizeAmong = (...sizes: number[]) => (prover === undefined ? random.pick(sizes) : 4);
  function happened(act: Act, skipped: readonly (string | null)[] | undefined) {
    const add = (...names: Happening[]) => {
      for (const name of names) events[name] += 1;
    };
    switch (act.name) {
      case "prove":
        return add(`${act.set} proof`);
      case "proveMany":
        for (const reason of skipped ?? []) if (reason === null) add(`${act.set} proof`, "batched proof");
        return;
      case "flag":
        return add("breach flag");
      case "flagSilent":
        return act.outside === 0 ? add("silent flag") : add("silent flag", "band exit");
      case "recordExit":
        return add("band exit");
      case "pledge":
        return add("covenant pledged");
      case "accept":
        return add("covenant accepted");
      case "retract":
      case "release":
        return add("covenant ended");
      case "settleChallenge":
        return add("challenge settled");
      case "update":
      case "cure":
      case "challenge":
        return add(act.name);
    }
  }

  /** A book whose equity is between these multiples of what it requires under the initial set. One in five is thin. */
  function bookOf(market: SoakMarket, [least, most] = random.chance(0.2) ? [0.4, 0.9] : [0.85, 1.8]): Book {
    const legs = 1 + random.below(4);
    const chosen = new Map<number, Position>();
    for (let i = 0; i < legs; i += 1) {
      const each: Instrument = random.pick(instruments);
      const worth = random.between(1_000, 200_000) * (each.kind === "spot" || random.chance(0.5) ? 1 : -1);
      chosen.set(each.id, { id: each.id, quantity: BigInt(Math.round((worth / each.forward) * 1e6)) as Quantity });
    }
    const positions = [...chosen.values()];
    const bare = evaluate(market.sets.initial, { cash: 0n as Cash, positions }, 0n as Coverage);
    const share = BigInt(Math.round(random.between(least ?? 1, most ?? 1) * 1000));
    const salt = random.bits(240);
    return { positions, salt, cash: (((bare.required * share) / 1000n - bare.equity) / 10n ** 18n) as Cash };
  }

  /** Takes note of what is true of some commitments at an epoch, and tells the verifiers. */
  async function teach(epoch: number, list: readonly (readonly [bigint, Book])[]) {
    const market = markets[epoch - 1];
    if (market === undefined) return;
    for (const set of ["maintenance", "initial"] as const) {
      const told = list.map(([commitment, book]): [bigint, bigint] => {
        const { equity, required } = evaluate(market.sets[set], book, 0n as Coverage);
        const covered = equity < 0n ? 0n : required === 0n ? MOST_REACH : (equity * 10_000n) / required;
        const most = covered > MOST_REACH ? MOST_REACH : covered;
        reach.set(keyOf(epoch, set, commitment), most);
        return [commitment, most + 1n];
      });
      await chain.tell(market.sets[set].requirementRoot, told);
    }
  }

  const commitmentOf = (id: bigint, book: Book) => commit({ ...book, accountId: id });
  const reachOf = (t: Trader, epoch: number, set: RequirementSetName, commitment = t.commitment): bigint =>
    reach.get(keyOf(epoch, set, commitment)) ?? 0n;

  function claimOf(
    t: Trader,
    epoch: number,
    set: RequirementSetName,
    action: Claimed["action"],
    caller: string,
  ): Claimed {
    const { nonce } = model.show(t.id, chain.now());
    const healthy = action !== "flag";
    const coverage = healthy ? model.needed(t.id, set) : 10_000;
    return { healthy, commitment: t.commitment, epoch, set, coverage, size: t.size, caller, id: t.id, nonce, action };
  }
  /** Something about a proof that is not as the gate asks, if luck will have it. */
  function spoiled(claim: Claimed, share: number): Claimed {
    if (!random.chance(share)) return claim;
    switch (random.below(6)) {
      case 0:
        return { ...claim, nonce: claim.nonce + 1 };
      case 1:
        return { ...claim, caller: random.pick(people) };
      case 2:
        return { ...claim, coverage: claim.coverage - 1 };
      case 3:
        return { ...claim, healthy: !claim.healthy };
      case 4:
        return { ...claim, epoch: Math.max(1, claim.epoch - 1) };
      default:
        return { ...claim, size: claim.size === 4 ? 8 : 4 };
    }
  }
  /** The set under which a trader can prove itself at an epoch; now and then one under which it cannot. */
  function setFor(t: Trader, epoch: number): RequirementSetName | undefined {
    if (random.chance(0.02)) return random.pick(["maintenance", "initial"] as const);
    const able = (set: RequirementSetName) => reachOf(t, epoch, set) >= BigInt(model.needed(t.id, set));
    if (able("initial") && random.chance(0.7)) return "initial";
    if (able("maintenance")) return "maintenance";
    return able("initial") ? "initial" : undefined;
  }

  /** What a trader, or somebody about it, does next. */
  async function actOn(t: Trader, step: () => number) {
    const newest = model.epochs.length;
    const epoch = random.chance(0.9) ? newest : Math.max(1, newest - random.below(3));
    const market = markets.at(-1);
    if (market === undefined) return;
    const stranger = random.pick(strangers);
    const promised = (model.accounts.get(t.id)?.covenants ?? []).map(({ beneficiary }) => beneficiary);
    const friend = promised.length > 0 && random.chance(0.7) ? random.pick(promised) : stranger;
    const owner = random.chance(0.97) ? t.owner : stranger;
    const shown = model.show(t.id, chain.now());
    const roll = random.next();
    if (shown.status === "hard" && roll < 0.4) {
      const proof = claimOf(t, epoch, "initial", "cure", owner);
      await play({ name: "cure", id: t.id, epoch, proof: spoiled(proof, 0.1) }, owner, step());
    } else if (roll < 0.45) {
      const set = setFor(t, epoch);
      if (set === undefined) return;
      const caller = random.pick([t.owner, stranger]);
      await play(
        { name: "prove", id: t.id, epoch, set, proof: spoiled(claimOf(t, epoch, set, "prove", caller), 0.08) },
        caller,
        step(),
      );
    } else if (roll < 0.57) {
      await rebook(t, bookOf(market), sizeAmong(4, 4, 8, 16, 32, 5), owner, step());
    } else if (roll < 0.66) {
      const bond = random.chance(0.9) ? TERMS.challengeBond : TERMS.challengeBond - 1n;
      await play({ name: "challenge", id: t.id, bond }, stranger, step());
    } else if (roll < 0.71) {
      const asked = traders.filter(({ id }) => model.challengedOf(id));
      const { id } = asked.length > 0 && random.chance(0.8) ? random.pick(asked) : t;
      await play({ name: "settleChallenge", id }, stranger, step());
    } else if (roll < 0.74) {
      const creditors = people.filter((each) => model.owed(each) > 0n);
      await play(
        { name: "collect" },
        random.pick(creditors.length > 0 && random.chance(0.8) ? creditors : people),
        step(),
      );
    } else if (roll < 0.79) {
      const coverage = random.pick([9_999, 10_000, 10_500, 11_000, 12_000]);
      const pledged = await play({ name: "pledge", id: t.id, beneficiary: stranger, coverage }, owner, step());
      if (pledged && random.chance(0.5)) await play({ name: "accept", id: t.id, least: coverage }, stranger, 1);
    } else if (roll < 0.81) {
      await play({ name: "retract", id: t.id, beneficiary: friend }, owner, step());
    } else if (roll < 0.84) {
      await play({ name: "accept", id: t.id, least: random.pick([10_000, 11_000]) }, friend, step());
    } else if (roll < 0.88) {
      const bound = [...model.accounts.values()].filter(({ covenants }) => covenants.length > 0);
      const found = bound.length > 0 && random.chance(0.7) ? random.pick(bound) : undefined;
      await play({ name: "release", id: found?.id ?? t.id }, found?.covenants[0]?.beneficiary ?? stranger, step());
    } else if (roll < 0.95) {
      await breach(t, epoch, stranger, step);
    } else if (roll < 0.98) {
      await play({ name: "flagSilent", id: t.id, outside: outsideFor(t) }, stranger, step());
    } else {
      const from = 1 + random.below(newest);
      const outside = random.chance(0.5) ? firstOutside(from) : from + random.below(6) - 1;
      await play({ name: "recordExit", epoch: from, outside }, stranger, step());
    }
  }
  async function rebook(t: Trader, book: Book, size: number, from: string, seconds: number) {
    const commitment = await commitmentOf(t.id, book);
    if (!(await play({ name: "update", id: t.id, commitment, size }, from, seconds))) return;
    t.books.set(commitment, book);
    [t.commitment, t.size] = [commitment, size];
    const newest = model.epochs.length;
    for (const number of [newest - 2, newest - 1, newest]) await teach(number, [[commitment, book]]);
  }
  /** Owners of some hard accounts bring them in order and cure them. */
  async function rescue() {
    const market = markets.at(-1);
    if (market === undefined) return;
    const newest = model.epochs.length;
    const hard = traders.filter((t) => random.chance(0.3) && model.show(t.id, chain.now()).status === "hard");
    for (const t of shuffled(hard, random).slice(0, 2 * few)) {
      const short = reachOf(t, newest, "initial") < BigInt(model.needed(t.id, "initial"));
      if (short) await rebook(t, bookOf(market, [1.3, 2]), sizeAmong(4, 8), t.owner, 1 + random.below(3));
      const proof = claimOf(t, newest, "initial", "cure", t.owner);
      await play({ name: "cure", id: t.id, epoch: newest, proof: spoiled(proof, 0.05) }, t.owner, 1 + random.below(3));
    }
  }
  /** Owners of some accounts that stand well take too much out of them. */
  async function overreach() {
    const market = markets.at(-1);
    if (market === undefined) return;
    const well = traders.filter((t) => model.show(t.id, chain.now()).status === "current");
    for (const t of shuffled(well, random).slice(0, few)) {
      if (random.chance(0.6)) await rebook(t, bookOf(market, [0.3, 0.75]), sizeAmong(4, 8), t.owner, 1);
    }
  }
  /** Watchers flag some of the accounts that an epoch leaves in breach, and some that have been silent for too long. */
  async function watch() {
    const silent = traders.filter((t) => {
      const { status, flagged } = model.show(t.id, chain.now());
      return status === "hard" && !flagged;
    });
    for (const t of shuffled(silent, random).slice(0, few)) {
      const act = { name: "flagSilent", id: t.id, outside: outsideFor(t) } as const;
      if (random.chance(0.6)) await play(act, random.pick(strangers), 1 + random.below(3));
    }
    const newest = model.epochs.length;
    const weak = traders.filter(
      (t) => reachOf(t, newest, "maintenance") < 10_000n && !model.show(t.id, chain.now()).flagged,
    );
    for (const t of shuffled(weak, random).slice(0, few)) {
      if (random.chance(0.6)) await breach(t, newest, random.pick(strangers), () => 1 + random.below(3));
    }
  }
  /** Somebody tries to flag an account, now and then by a commitment that it gave up or on a proof that does not hold. */
  async function breach(t: Trader, epoch: number, by: string, step: () => number) {
    const commitment = random.chance(0.8) ? t.commitment : random.pick([...t.books.keys()]);
    const proof = { ...claimOf(t, epoch, "maintenance", "flag", by), commitment };
    await play({ name: "flag", id: t.id, epoch, commitment, size: t.size, proof: spoiled(proof, 0.1) }, by, step());
  }
  /** The exit that `flagSilent` may need, none, or a wrong one. */
  function outsideFor(t: Trader): number {
    const from = model.lastBandedEpoch(t.id);
    if (from === 0 || random.chance(0.3)) return 0;
    if (random.chance(0.1)) return random.below(model.epochs.length + 2);
    return firstOutside(from);
  }
  function firstOutside(from: number): number {
    for (let n = from + 1; n <= model.epochs.length; n += 1) {
      if (model.gapOf(n, from) > BigInt(TERMS.band)) return n;
    }
    return 0;
  }

  /** The wick of the crash's hour gets an epoch of its own, twenty minutes into it. */
  const crash = Date.parse("2025-10-10T22:00:00Z") / 1000;
  const moments = all
    .flatMap(({ time, close, low }) => [
      ...(time === crash ? [{ time: time - 2400, prices: low }] : []),
      { time, prices: close },
    ])
    .slice(0, request.epochs);
  const cut = new Set<string>();
  /** Accounts an epoch that are flagged or cured out of turn. */
  const few = 3 + Math.floor(request.accounts / 50);
  const quietFrom = Math.floor(request.epochs * 0.55);

  for (const [h, { time, prices }] of moments.entries()) {
    const until = moments[h + 1]?.time ?? time + 3600;
    // Leases end on the hour, and the seconds after it are looked at before the next epoch comes.
    await chain.go(time + 20);
    const market = await marketAt(time, prices, instruments);
    await chain.quote(market.index);
    model.quote(market.index);
    // Publishers fall silent for three hours: the book is overdue.
    const quiet = request.epochs > 8 && h >= quietFrom && h < quietFrom + 3;
    if (!quiet) {
      const { at, error } = await chain.publish(time, market);
      if (error !== null) throw new Error(`the book refused an epoch: ${error}`);
      model.publish(time, at, market.index);
      markets.push(market);
      chain.learn(markets.length, market);
    }
    if (h === 0) await openTraders(market);
    if (!quiet) {
      const told = traders.flatMap((t) => [...t.books].slice(prover === undefined ? -2 : 0));
      await teach(markets.length, told);
    }
    await hour(h, until);
    await edges(traders, until + 15);
    for (const { id } of traders) {
      if (model.cutByExit(id, chain.now())) cut.add(`${id} ${model.show(id, chain.now()).nonce}`);
    }
    if (!quiet)
      await compareShown(
        traders.map(({ id }) => id),
        `sweep after epoch ${markets.length}`,
      );
    for (const each of people) {
      const [expected, found] = [model.owed(each), await chain.owed(each)];
      if (expected !== found) diverge(`wei owed to ${each}`, `epoch ${markets.length}`, expected, found);
    }
    const seconds = Math.round((performance.now() - started) / 1000);
    report(`epoch ${h + 1} of ${moments.length}: ${compared} comparisons, no divergence, ${seconds} s`);
  }

  async function openTraders(market: SoakMarket) {
    const opened = new Map<string, bigint>();
    for (let i = 0; i < request.accounts; i += 1) {
      const owner = owners[i % owners.length] ?? "";
      const index = opened.get(owner) ?? 0n;
      const id = accountId(chain.place, owner, index);
      opened.set(owner, index + 1n);
      const [book, size] = [bookOf(market), sizeAmong(4, 4, 4, 8)];
      const commitment = await commitmentOf(id, book);
      await play({ name: "open", id, commitment, size }, owner, 1);
      const silentFrom = random.chance(0.25) ? random.below(request.epochs) : Number.POSITIVE_INFINITY;
      const zeal = random.pick([0.9, 0.7, 0.4]);
      traders.push({ id, owner, size, commitment, books: new Map([[commitment, book]]), zeal, silentFrom });
    }
    await compareShown(
      traders.map(({ id }) => id),
      "opened",
    );
  }

  /** What happens until the next epoch is due: batches first, then single calls in random order. */
  async function hour(h: number, until: number) {
    const spare = () => until - chain.now() - 60;
    const newest = model.epochs.length;
    const relay = random.pick(strangers);
    const groups = new Map<string, { set: RequirementSetName; size: number; claims: Claimed[] }>();
    const single: Trader[] = [];
    for (const t of traders) {
      if (random.chance(Math.max(0.12, 15 / request.accounts))) single.push(t);
      if (h >= t.silentFrom || !random.chance(t.zeal)) continue;
      const set = setFor(t, newest);
      if (set === undefined) continue;
      const group = groups.get(`${set} ${t.size}`) ?? { set, size: t.size, claims: [] };
      groups.set(`${set} ${t.size}`, group);
      group.claims.push(spoiled(claimOf(t, newest, set, "prove", relay), 0.03));
    }
    for (const { set, size, claims } of groups.values()) {
      for (let i = 0; i < claims.length; i += BATCH) {
        const part = claims.slice(i, i + BATCH);
        // A claim may stand in a batch twice, and a batch may be late by an epoch.
        const [one] = part;
        const doubled = one !== undefined && random.chance(0.1) ? [...part, one] : part;
        const epoch = random.chance(0.97) ? newest : Math.max(1, newest - 2);
        await play({ name: "proveMany", epoch, set, size, claims: doubled }, relay, 1 + random.below(3));
      }
    }
    await overreach();
    await watch();
    await rescue();
    const queue = shuffled(single, random);
    for (const [i, t] of queue.entries()) {
      if (spare() < 30) break;
      // Prices go half of the way to the next hour's in the meantime, and nobody publishes that.
      if (i === queue.length >> 1 && random.chance(0.5)) await drift(h);
      if (random.chance(0.3)) await edges(queue, chain.now() + Math.floor(spare() / (queue.length - i)));
      const pace = Math.max(1, Math.floor((2 * spare()) / (queue.length - i)));
      await actOn(t, () => 1 + random.below(pace > 1 && spare() > pace + 30 ? pace : 1));
    }
  }

  /**
   * Looks at accounts in the very seconds at which a lease or a grace ends and those after them, as many as come before
   * the next epoch does.
   */
  async function edges(among: readonly Trader[], until: number) {
    const now = chain.now();
    const due = new Map<number, bigint[]>();
    for (const { id } of among) {
      for (const end of model.edgesOf(id, now, TERMS.grace)) {
        for (const time of [end, end + 1]) {
          if (time > now && time < until) due.set(time, [...(due.get(time) ?? []), id]);
        }
      }
    }
    const chosen = shuffled([...due], random)
      .sort(([, a], [, b]) => b.length - a.length)
      .slice(0, 6)
      .sort(([a], [b]) => a - b);
    for (const [time, ids] of chosen) {
      // A look is at the second of the newest block.
      if (time > chain.now()) await chain.go(time);
      await compareShown(shuffled([...new Set(ids)], random).slice(0, EDGE), "the edge of a lease");
    }
  }

  async function drift(h: number) {
    const [here, there] = [moments[h]?.prices, moments[h + 1]?.prices];
    if (here === undefined || there === undefined) return;
    const market = markets.at(-1);
    const middle = (market?.index ?? []).map((price, i) => {
      const name = i === 0 ? "BTC" : "ETH";
      return (price + BigInt(Math.round((there[name] ?? 0) * 1e6))) / 2n;
    });
    await chain.quote(middle);
    model.quote(middle);
  }

  const statuses: Record<Shown["status"], number> = { none: 0, current: 0, soft: 0, hard: 0 };
  for (const { id } of traders) statuses[model.show(id, chain.now()).status] += 1;
  for (const { owner, questions } of model.accounts.values()) {
    for (const { paidTo } of questions) {
      if (paidTo !== undefined) events[paidTo === owner ? "challenge answered" : "challenge unanswered"] += 1;
    }
  }
  events["lease cut by an exit"] = cut.size;
  return {
    calls,
    refusals,
    events,
    statuses,
    compared,
    proofs: { made: proofs?.made() ?? 0, seconds: proofs?.seconds() ?? 0 },
    paid,
    gas: chain.gasOf,
  };
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const left = [...list];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(random.below(left.length), 1));
  return out;
}

/** The summary that a soak prints. */
export function summary({ calls, refusals, events, statuses, compared, proofs, paid, gas }: SoakResult): string {
  const pairs = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .sort(([, a], [, b]) => b - a)
      .map(([name, n]) => `${name} ${n}`)
      .join(", ");
  let total = 0n;
  const costs = [...gas].map(([name, { count, gas: sum }]) => {
    total += sum;
    return `${name} ${count} x ${sum / BigInt(count)}`;
  });
  return [
    `calls: ${pairs(calls)}`,
    `refused: ${pairs(refusals)}`,
    `accepted: ${pairs(events)}`,
    `accounts at the end: ${pairs(statuses)}; ${compared} comparisons; ${paid} wei paid out`,
    `${proofs.made} real proofs in ${proofs.seconds.toFixed(1)} s`,
    `gas: ${total} in all; ${costs.join(", ")}`,
  ].join("\n");
}
