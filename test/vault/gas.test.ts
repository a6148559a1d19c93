import { AbiCoder, type Contract, keccak256, ZeroAddress } from "ethers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type AccountState, commit } from "../../prover/account/state.ts";
import { type Ticket, ticketHash } from "../../prover/account/ticket.ts";
import type { Change } from "../../prover/account/transition.ts";
import { toGateProof } from "../../prover/chain/calldata.ts";
import { disclosureChallenge } from "../../prover/chain/context.ts";
import { publicPoint } from "../../prover/hash/babyjub.ts";
import { openRow } from "../../prover/market/opening.ts";
import { buildSettlementTree } from "../../prover/market/settlement.ts";
import { buildRowTree, SET_IDS } from "../../prover/market/tree.ts";
import type { Market, SetName } from "../../prover/market/types.ts";
import { disclosureInputs } from "../../prover/prove/disclosureInputs.ts";
import { openProver, type Prover } from "../../prover/prove/prover.ts";
import { transitionInputs } from "../../prover/prove/transitionInputs.ts";
import { type Cash, Coverage, type Price, type Quantity } from "../../prover/units/units.ts";
import { type Book, deploy, newBook, openChain, START, TERMS } from "../contracts/chain.ts";
import { coinMarket } from "../contracts/market.ts";
import { openStatements, type Statements } from "./statements.ts";

/** Every act of a vault once, with real proofs of every kind, on a chain of its own. */
vi.setConfig({ testTimeout: 300_000 });
const [COIN, FUTURE] = [1, 300];
const PRICE = 50_000n * 10n ** 6n;
const UNIT = 10n ** 6n;
const GUARDIAN = 12_345n;
const FEE_BOUND = 10n ** 13n;
const { ethers, publisher, owner, executionGas, go } = await openChain();
let statements: Statements;
let prover: Prover;
let book: Book;
let vault: Contract; // everything is the owner's: no signatures
let gate: Contract;
let market: Market;
let salt = 1000n;
const gas: Record<string, number> = {};

beforeAll(async () => {
  [statements, prover] = await Promise.all([openStatements(), openProver()]);
  book = await newBook(publisher);
  market = await coinMarket(START, "50000", [COIN, FUTURE]);
  const guardians = await deploy(publisher, "Guardians", publisher.address, 3600);
  await (await guardians.getFunction("register")(publisher.address, ...(await publicPoint(GUARDIAN)))).wait();
  const cash = await deploy(owner, "TokenMock", "CASH", 6);
  const coin = await deploy(owner, "TokenMock", "COIN", 18);
  const [transition, disclose] = [
    await deploy(publisher, "TransitionVerifier"),
    await deploy(publisher, "DiscloseVerifier"),
  ];
  const collaterals = [
    [cash.target, 0, 1],
    [coin.target, COIN, 10n ** 12n],
  ];
  const terms = [FEE_BOUND, 10n * FEE_BOUND, 86_400];
  const made = await deploy(
    publisher,
    "Vault",
    guardians.target,
    transition.target,
    disclose.target,
    terms,
    collaterals,
  );
  const verifiers: unknown[] = [];
  for (const size of [4, 8, 16, 32]) verifiers.push((await deploy(publisher, `Margin${size}Verifier`)).target);
  gate = await deploy(publisher, "MarginGate", book.book, TERMS, verifiers, made.target);
  await (await made.getFunction("bind")(gate.target)).wait();
  vault = made.connect(owner) as Contract;
  for (const token of [cash, coin]) {
    await (await token.getFunction("mint")(owner.address, 10n ** 30n)).wait();
    await (await token.getFunction("approve")(vault.target, 2n ** 256n - 1n)).wait();
  }
  await book.publish(market);
});
afterAll(() => Promise.all([statements?.[Symbol.asyncDispose](), prover?.[Symbol.asyncDispose]()]));

const hash248 = (types: string[], values: unknown[]): bigint =>
  BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(types, values))) >> 8n;
const IN_PERSON = { relayer: ZeroAddress, deadline: 0, signature: "0x" };

async function send(label: string | undefined, name: string, ...args: unknown[]): Promise<void> {
  const { hash, gasUsed } = await (await vault.getFunction(name)(...args)).wait();
  if (label !== undefined) gas[label] = await executionGas({ hash, gas: gasUsed });
}

async function proven(before: AccountState, change: Change, nonce: number) {
  const place = [31337, vault.target, before.accountId, nonce];
  const context = hash248(["uint256", "address", "uint256", "uint32"], place);
  const { inputs, after } = await transitionInputs({ before, change, salt: ++salt, context });
  const { proof } = await statements.prove("transition", inputs);
  return { after, commitment: await commit(after), proof };
}

async function disclosed(state: AccountState) {
  const guardian = await publicPoint(GUARDIAN);
  const request = { state, guardian, secret: ++salt, challenge: disclosureChallenge };
  const { inputs, disclosure } = await disclosureInputs(request);
  const { proof } = await statements.prove("disclose", inputs);
  const { ephemeral, cipher } = disclosure;
  return { key: 1, ephemeral, cipher, copy: `0x${"5a".repeat(544)}`, proof };
}

async function healthy(account: AccountState, set: SetName) {
  const context = await gate.getFunction("contextOf")(account.accountId, 0, vault.target);
  const coverage = Coverage.of(10_000n, "coverage");
  const { proof } = await prover.prove({ account, market, set, coverage, circuit: "margin_4", context });
  expect(proof.publicSignals.healthy).toBe("1");
  return toGateProof(proof.proof);
}

const nonceOf = async (id: bigint): Promise<number> => Number((await vault.getFunction("accountOf")(id)).nonce);

/** One change, as its owner sends it. */
async function stepped(before: AccountState, change: Change) {
  const { after, commitment, proof } = await proven(before, change, await nonceOf(before.accountId));
  return {
    after,
    step: { id: before.accountId, commitment, proof, consent: IN_PERSON },
    shown: await disclosed(after),
  };
}

async function opened(label?: string): Promise<AccountState> {
  const [from, count] = [owner.address, await gate.getFunction("accountsOf")(owner.address)];
  const accountId: bigint = await gate.getFunction("accountIdOf")(from, count);
  const empty: AccountState = { accountId, cash: 0n as Cash, positions: [], salt: 1n };
  const { after, commitment, proof } = await proven(empty, { mode: "open" }, 0);
  await send(label, "open", 1, 4, commitment, proof, await disclosed(after));
  return after;
}

async function deposited(state: AccountState, asset: number, amount: bigint, label?: string): Promise<AccountState> {
  const { after, step, shown } = await stepped(state, { mode: "transfer", asset, amount });
  await send(label, "deposit", asset, amount, step, shown);
  return after;
}

/** Future bought by one account from the other, `count` times in one transaction. */
async function traded(one: AccountState, other: AccountState, quantity: bigint, count: number, label: string) {
  const reduces = quantity < 0n;
  const states = [one, other];
  const ids = [one.accountId, other.accountId] as const;
  const expiry = START + 3600;
  const place = [31337, vault.target, ...ids, expiry];
  const terms = hash248(["uint256", "address", "uint256", "uint256", "uint40"], place);
  const tree = await buildRowTree(market.sets.maintenance);
  const where = { setId: SET_IDS.maintenance, timestamp: market.timestamp };
  const row = openRow(market.sets.maintenance, tree, where, FUTURE);
  const order = ids[0] < ids[1] ? [0, 1] : [1, 0];
  const nonces = await Promise.all(ids.map(nonceOf));
  const fills: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const ticket: Ticket = {
      id: FUTURE,
      quantity: quantity as Quantity,
      cash: (-quantity * PRICE) as Cash,
      salt: ++salt,
      terms,
    };
    const legs: unknown[] = [];
    for (const [k, side] of ([1n, -1n] as const).entries()) {
      const reduction = { mode: "reduce", ticket, side, row, feeBound: FEE_BOUND } as const;
      const change: Change = reduces ? reduction : { mode: "fill", ticket, side };
      const { after, commitment, proof } = await proven(states[k] as AccountState, change, (nonces[k] ?? 0) + i);
      states[k] = after;
      const feeBound = reduces ? FEE_BOUND : 0n;
      legs.push({ party: order[k], reduce: reduces, feeBound, commitment, proof, consent: IN_PERSON });
    }
    fills.push({ ticket: await ticketHash(ticket), expiry, legs });
  }
  const parties: unknown[] = [];
  for (const k of order) {
    const state = states[k] as AccountState;
    const health = await healthy(state, reduces ? "maintenance" : "initial");
    parties.push({ id: state.accountId, set: reduces ? 0 : 1, health, disclosure: await disclosed(state) });
  }
  await send(label, "trade", 1, fills, parties);
  for (const state of states) {
    expect((await gate.getFunction("accountOf")(state.accountId)).commitment).toBe(await commit(state));
  }
  return states as [AccountState, AccountState];
}

it("costs the gas that the snapshot says, without calldata and the flat 21000", async () => {
  let one = await opened("open");
  let two = await opened();
  one = await deposited(one, 0, 100_000n * UNIT, "deposit, the first of a token");
  two = await deposited(two, 0, 100_000n * UNIT, "deposit");
  one = await deposited(one, COIN, 2n * UNIT);
  {
    const { after, step, shown } = await stepped(one, { mode: "move", from: 0, to: 0 });
    await send("move", "move", 4, step, shown);
    one = after;
  }
  {
    const { after, step, shown } = await stepped(one, { mode: "transfer", asset: COIN, amount: -UNIT });
    const health = await healthy(after, "initial");
    await send("withdraw", "withdraw", COIN, UNIT, publisher.address, 1, health, step, shown);
    one = after;
  }
  [one, two] = await traded(one, two, UNIT / 10n, 1, "trade, a fill");
  [one, two] = await traded(one, two, UNIT / 10n, 4, "trade, four fills of two accounts");
  [one, two] = await traded(one, two, -UNIT / 10n, 1, "trade, two reductions");
  await send("cancel", "cancel", one.accountId, 5n);

  await go(START + 600);
  const tree = await buildSettlementTree([{ id: FUTURE, price: 51_000_000_000n as Price }]);
  await book.publish(await coinMarket(START + 590, "50000", [COIN]), tree.root);
  for (const state of [one, two]) {
    const change = { mode: "settle", id: FUTURE, entry: tree.open(FUTURE) } as const;
    const { after, step, shown } = await stepped(state, change);
    await send("settle", "settle", step, shown);
    if (state === one) one = after;
    else two = after;
  }
  // All that was put in as cash is there, whoever has it, and no future is left.
  expect(one.cash + two.cash).toBe(200_000n * UNIT * UNIT);
  expect([one.positions, two.positions]).toEqual([[{ id: COIN, quantity: UNIT }], []]);
  expect(await vault.getFunction("held")(0)).toBe(200_000n * UNIT);
  await expect(`${JSON.stringify(gas, null, 2)}\n`).toMatchFileSnapshot("gas.snapshot.json");
});

it("stays below the size that a contract may have", async () => {
  for (const place of [vault.target, gate.target]) {
    const bytes = ((await ethers.provider.getCode(place as string)).length - 2) / 2;
    expect(bytes).toBeLessThan(24_576);
  }
});
