import { AbiCoder, Contract, keccak256 } from "ethers";
import { beforeAll, expect, it } from "vitest";
import { GATE } from "../../prover/chain/abi.ts";
import { BOOK } from "../../prover/chain/epochs.ts";
import { deployGate, type Gate, STATUSES } from "../../prover/chain/gate.ts";
import { gateError } from "../../prover/chain/refusal.ts";
import { type Book, compiled, newBook, openChain, START, TERMS } from "./chain.ts";
import { coinMarket } from "./market.ts";
import { breachable, type GateState, type Happened, rebuild } from "./rebuild.ts";

/**
 * A history with every kind of event, played to a gate whose verifier holds exactly true statements; then all that the
 * gate stores is rebuilt from logs and compared with what it says.
 */
const chain = await openChain();
const { ethers, publisher, owner, stranger } = chain;
const coder = AbiCoder.defaultAbiCoder();
const HOLDERS = [owner, stranger];
const SIDES = [publisher.address, stranger.address, owner.address];

let book: Book;
let gate: Gate;
let vaulted: Gate; // for whose vault the publisher stands
let roots: { readonly maintenance: bigint; readonly initial: bigint }[];
const ids: bigint[] = [];

beforeAll(async () => {
  book = await newBook(publisher);
  const ideal = (await compiled("IdealVerifier")) as { abi: never[]; bytecode: string };
  const args = coder.encode(["bool", "bool"], [false, true]).slice(2);
  const verifier = ideal.bytecode + args;
  const bytecode = {
    gate: (await compiled("MarginGate")).bytecode,
    verifiers: { 4: verifier, 8: verifier, 16: verifier, 32: verifier },
  };
  gate = await (await deployGate(publisher, bytecode, book.book, TERMS)).as(owner);
  vaulted = await deployGate(publisher, bytecode, book.book, TERMS, publisher.address);
  roots = [{ maintenance: 0n, initial: 0n }];
});

/** As `IdealVerifier` has it: arbitrary but fixed. */
function covers(commitment: bigint, root: bigint, coverage: bigint): boolean {
  const ratio = BigInt(keccak256(coder.encode(["uint256", "uint256"], [commitment, root / 2n]))) % 25_000n;
  return (root % 2n === 1n ? (ratio * 8n) / 10n : ratio) >= coverage;
}

const proofOf = (signals: readonly bigint[]) => {
  const [healthy, commitment, root, coverage, context] = signals;
  return {
    a: [healthy, commitment],
    b: [
      [root, coverage],
      [context, 0n],
    ],
    c: [0n, 0n],
  };
};

const at = <T>(list: readonly T[], i: number): T => list[i] as T;
const newest = () => roots.length - 1;
const now = async () => (await ethers.provider.getBlock("latest"))?.timestamp ?? 0;

async function publish(price: string): Promise<void> {
  const time = Math.max(await now(), START) + 61;
  await chain.go(time);
  const market = await coinMarket(time, price);
  await book.publish(market);
  roots.push({
    maintenance: market.sets.maintenance.requirementRoot,
    initial: market.sets.initial.requirementRoot,
  });
}

/** The first commitment from `from` that is covered (or not) under both sets at the newest epoch. */
function commitmentThat(healthy: boolean, from = 1n, coverage = 10_000n): bigint {
  const { maintenance, initial } = at(roots, newest());
  for (let c = from; ; c++) {
    if (covers(c, maintenance, 10_000n) === healthy && covers(c, initial, coverage) === healthy) return c;
  }
}

async function prove(i: number, set: "maintenance" | "initial", coverage = 10_000n): Promise<void> {
  const id = at(ids, i);
  const { commitment } = await gate.account(id);
  const root = at(roots, newest())[set];
  const proof = proofOf([1n, commitment, root, coverage, await gate.context(id, "prove")]);
  const number = set === "initial" ? 1 : 0;
  await (await gate.contract.getFunction("prove")(id, newest(), number, proof)).wait();
}

const of = async (i: number) => gate.as(at(HOLDERS, i % 2));

async function play(): Promise<void> {
  await publish("50000");
  for (let i = 0; i < 4; i++) {
    const mine = await of(i);
    ids.push((await mine.open(commitmentThat(true, BigInt(i + 1), 15_000n), 4)).accountId);
  }
  await prove(0, "initial");
  await prove(1, "maintenance");
  const watcher = await gate.as(publisher);
  // An answered challenge, a missed one, one that a flag voids, one left open.
  await watcher.challenge(at(ids, 0));
  await watcher.challenge(at(ids, 1));
  await publish("50500");
  await (await of(0)).update(at(ids, 0), commitmentThat(true, 50n), 8);
  await prove(0, "initial");
  await chain.go((await now()) + TERMS.challengeWindow + 1);
  await watcher.settleChallenge(at(ids, 1));
  await watcher.collect();
  // Covenants come and go.
  for (const [beneficiary, coverage] of [
    [at(SIDES, 0), 12_000],
    [at(SIDES, 1), 15_000],
    [at(SIDES, 2), 11_000],
  ] as const) {
    await (await of(2)).pledge(at(ids, 2), beneficiary, coverage);
  }
  const side = async (i: number) => (await gate.as(at([publisher, stranger, owner], i))).contract;
  await (await (await side(0)).getFunction("accept")(at(ids, 2), 12_000)).wait();
  await (await (await side(1)).getFunction("accept")(at(ids, 2), 0)).wait();
  await (await of(2)).retract(at(ids, 2), at(SIDES, 2));
  await (await (await side(1)).getFunction("release")(at(ids, 2))).wait();
  await publish("50000");
  await (await of(2)).update(at(ids, 2), commitmentThat(true, 80n, 12_000n), 16);
  await prove(2, "initial", 12_000n);
  // A breach, a dust update and a cure.
  await watcher.challenge(at(ids, 2));
  const bad = commitmentThat(false);
  await (await of(2)).update(at(ids, 2), bad, 4);
  const context = await watcher.context(at(ids, 2), "flag");
  const breach = proofOf([0n, bad, at(roots, newest()).maintenance, 10_000n, context]);
  await (await watcher.contract.getFunction("flag")(at(ids, 2), newest(), bad, 4, breach)).wait();
  const good = commitmentThat(true, 200n, 12_000n);
  const mine = await of(2);
  await mine.update(at(ids, 2), good, 4);
  const cure = proofOf([1n, good, at(roots, newest()).initial, 12_000n, await mine.context(at(ids, 2), "cure")]);
  const consent = { relayer: `0x${"00".repeat(20)}`, deadline: 0, signature: "0x" };
  await (await mine.contract.getFunction("cure")(at(ids, 2), newest(), cure, consent)).wait();
  // The market leaves every band; one account falls silent, and one call names the epoch outside.
  for (let i = 0; i < 8; i++) {
    await chain.go((await now()) + 1500);
    await publish("60000");
  }
  await watcher.flagSilent(at(ids, 0));
  await (await of(0)).update(at(ids, 0), commitmentThat(true, 250n), 4);
  await (await of(1)).update(at(ids, 1), commitmentThat(true, 300n), 4);
  // Left open: proven and challenged.
  await (await of(3)).update(at(ids, 3), commitmentThat(true, 400n), 32);
  await prove(3, "maintenance");
  await watcher.challenge(at(ids, 3), 3n * TERMS.challengeBond);
}

async function logs(): Promise<Happened[]> {
  const found: Happened[] = [];
  for (const log of await ethers.provider.getLogs({ fromBlock: 0, address: [gate.gate, book.book] })) {
    const event = log.address === gate.gate ? GATE.parseLog(log) : BOOK.parseLog(log);
    const block = await ethers.provider.getBlock(log.blockNumber);
    if (event !== null) found.push({ event, time: BigInt(block?.timestamp ?? 0) });
  }
  return found;
}

it("stores nothing that its events do not tell", async () => {
  await play();
  const history = await logs();
  const told = new Set(history.map(({ event }) => event.name));
  const known = GATE.fragments
    .filter(({ type }) => type === "event")
    .map((event) => GATE.getEvent(event.format())?.name);
  const played = known.filter((name) => !["Skipped", "Replaced", "EIP712DomainChanged"].includes(name ?? ""));
  expect(played.filter((name) => !told.has(name ?? ""))).toEqual([]);

  const state = rebuild(history, TERMS);
  const read = (name: string, ...args: unknown[]) => gate.contract.getFunction(name).staticCall(...args);
  expect([...state.accounts.keys()].sort()).toEqual([...ids].sort());
  for (const [id, account] of state.accounts) {
    expect((await read("accountOf", id)).toObject()).toEqual(account);
    const last = (await read("challengeOf", id)).last.toObject();
    const none = { by: `0x${"00".repeat(20)}`, bond: 0n, epoch: 0n, next: 0n };
    expect(last).toEqual(state.questions.get(id) ?? none);
    const covenants = await read("covenantsOf", id);
    expect(covenants.map((one: { toObject(): unknown }) => one.toObject())).toEqual(state.covenants.get(id) ?? []);
  }
  for (const [holder, count] of state.opened) expect(await read("accountsOf", holder)).toBe(count);
  for (const [to, amount] of state.owed) expect(await read("owedTo", to)).toBe(amount);
  for (let epoch = 1; epoch <= newest(); epoch++) {
    expect(await read("exitOf", epoch)).toBe(state.exits.get(BigInt(epoch)) ?? 0n);
  }
  expect(state.exits.size).toBeGreaterThan(0);
  await agreesOnBreaches(state);
  expect((await Promise.all(ids.map((id) => read("statusOf", id)))).map((s) => STATUSES[Number(s)])).toContain("hard");
});

/** What was given up is in no getter: the gate's answer to an empty breach proof says whether it would look at it. */
async function agreesOnBreaches(state: GateState): Promise<void> {
  const empty = proofOf([0n, 0n, 0n, 0n, 0n]);
  let given = 0;
  for (const [id, commitments] of state.replaced) {
    if (state.accounts.get(id)?.flagged) continue;
    for (const commitment of commitments.keys()) {
      for (let epoch = 1; epoch <= newest(); epoch++) {
        const call = gate.contract.getFunction("flag").staticCall(id, epoch, commitment, 4, empty);
        const error = await call.then(() => undefined, gateError);
        expect(error?.name !== "CommitmentNotHeld").toBe(breachable(state, id, commitment, BigInt(epoch)));
        given++;
      }
    }
  }
  expect(given).toBeGreaterThan(10);
}

it("tells at a vaulted gate which replacements kept the lease", async () => {
  const { contract } = vaulted;
  const act = async (name: string, ...args: unknown[]) => (await contract.getFunction(name)(...args)).wait();
  const first = commitmentThat(true, 500n);
  await act("openFor", owner.address, first, 4);
  const id = await contract.getFunction("accountIdOf")(owner.address, 0);
  const context = await contract.getFunction("contextOf")(id, 0, publisher.address);
  const prove = (commitment: bigint) =>
    act("prove", id, newest(), 1, proofOf([1n, commitment, at(roots, newest()).initial, 10_000n, context]));
  const agrees = async (): Promise<void> => {
    const history: Happened[] = [];
    for (const log of await ethers.provider.getLogs({ fromBlock: 0, address: [vaulted.gate, book.book] })) {
      const event = log.address === vaulted.gate ? GATE.parseLog(log) : BOOK.parseLog(log);
      const block = await ethers.provider.getBlock(log.blockNumber);
      if (event !== null) history.push({ event, time: BigInt(block?.timestamp ?? 0) });
    }
    const state = rebuild(history, TERMS);
    expect((await contract.getFunction("accountOf")(id)).toObject()).toEqual(state.accounts.get(id));
    const empty = proofOf([0n, 0n, 0n, 0n, 0n]);
    for (const commitment of state.replaced.get(id)?.keys() ?? []) {
      for (let epoch = 1; epoch <= newest(); epoch++) {
        const call = contract.getFunction("flag").staticCall(id, epoch, commitment, 4, empty);
        const error = await call.then(() => undefined, gateError);
        expect(error?.name !== "CommitmentNotHeld").toBe(breachable(state, id, commitment, BigInt(epoch)));
      }
    }
  };
  await act("replace", id, 501n, 8, true); // nothing is proven yet that could be kept
  await agrees();
  await act("replace", id, first, 4, true);
  await prove(first);
  await act("replace", id, 502n, 16, true);
  await agrees();
  expect((await contract.getFunction("accountOf")(id)).fresh).toBe(true);
  await publish("60000");
  await act("replace", id, 503n, 4, true);
  await agrees();
  const second = commitmentThat(true, 600n);
  await act("replace", id, second, 4, false);
  await agrees();
  expect((await contract.getFunction("accountOf")(id)).fresh).toBe(false);
  await prove(second);
  await agrees();
});

it("costs the gas that the snapshot says for what carries no real proof, without calldata and the flat 21000", async () => {
  const gas: Record<string, number> = {};
  for (const log of await ethers.provider.getLogs({ fromBlock: 0, address: gate.gate })) {
    const name = GATE.parseLog(log)?.name ?? "";
    if (["Proven", "Flagged", "Cured", "ExitRecorded", "ChallengeVoided", "ChallengeAnswered"].includes(name)) continue;
    const receipt = await ethers.provider.getTransactionReceipt(log.transactionHash);
    gas[name] ??= await chain.executionGas({ hash: log.transactionHash, gas: receipt?.gasUsed ?? 0n });
  }
  await expect(`${JSON.stringify(gas, null, 2)}\n`).toMatchFileSnapshot("acts.snapshot.json");
});

it("keeps the book's history in its events too", async () => {
  const contract = new Contract(book.book, BOOK, publisher);
  for (const { event } of (await logs()).filter(({ event }) => event.name === "EpochPublished")) {
    const stored = await contract.getFunction("epochOf")(event.args.number);
    expect([...stored.requirementRoots]).toEqual([...event.args.epoch.requirementRoots]);
    expect([stored.timestamp, ...stored.index]).toEqual([event.args.epoch.timestamp, ...event.args.epoch.index]);
  }
});
