import type { Contract } from "ethers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type AccountState, commit } from "../../prover/account/state.ts";
import type { Gate } from "../../prover/chain/gate.ts";
import type { Market, SetName } from "../../prover/market/types.ts";
import type { ProofFile } from "../../prover/prove/proofFile.ts";
import { openProver, type Prover } from "../../prover/prove/prover.ts";
import { Coverage } from "../../prover/units/units.ts";
import { type Book, deploy, newBook, newGate, openChain, START, TERMS } from "./chain.ts";
import { coinAccount, coinMarket } from "./market.ts";

/** A loan from the first proof to the last repayment, with real proofs: two coins at 50,000 require 20,000 initially. */
// Five proofs take a quarter of a minute, on a busy machine several times that.
vi.setConfig({ testTimeout: 300_000 });
const chain = await openChain();
const { publisher, owner, stranger } = chain;
const LENT = 1_000_000_000n; // 1,000 with 6 decimals

let prover: Prover;
let book: Book;
let gate: Gate;
let market: Market;
let lender: Contract;
let token: Contract;
let account: AccountState;
let id: bigint;

beforeAll(async () => {
  prover = await openProver();
  book = await newBook(publisher);
  gate = await (await newGate(publisher, book)).as(owner);
  market = await coinMarket(START, "50000");
  await book.publish(market);
  token = await deploy(publisher, "TokenMock", "USD", 6);
  lender = await deploy(publisher, "CoverageLender", gate.gate, token.target, 15_000, LENT, 0);
  await (await token.getFunction("mint")(lender.target, 5n * LENT)).wait();
  id = await gate.nextAccountId();
  account = coinAccount(id, "-69000"); // equity 31,000: 1.55 times the initial requirement
  await gate.open(await commit(account), 4);
});

afterAll(() => prover[Symbol.asyncDispose]());

async function proof(set: SetName, bps: bigint, state = account): Promise<ProofFile> {
  const coverage = Coverage.of(bps, "coverage");
  const context = await gate.context(id, "prove");
  return (await prover.prove({ account: state, market, set, coverage, circuit: "margin_4", context })).proof;
}

async function borrow(amount: bigint): Promise<void> {
  const mine = lender.connect(owner) as Contract;
  await (await mine.getFunction("borrow")(id, amount, owner.address)).wait();
}

it("lends to an account proven at one and a half times, and keeps it to that until it is repaid", async () => {
  await gate.prove(id, 1, await proof("initial", 10_000n));
  await expect(borrow(LENT)).rejects.toThrow("NotProven");
  await gate.pledge(id, lender.target as string, 15_000);
  await expect(gate.prove(id, 1, await proof("initial", 10_000n))).rejects.toMatchObject({ code: "PROOF_REJECTED" });
  await gate.prove(id, 1, await proof("initial", 15_000n));
  expect(await gate.account(id)).toMatchObject({ status: "current", coverage: 15_000, pledged: 15_000 });
  await borrow(LENT);
  expect(await token.getFunction("balanceOf")(owner.address)).toBe(LENT);

  // A book of 1.1 times the requirement satisfies the gate, but not the pledge.
  const thinner = { ...account, ...coinAccount(id, "-78000") };
  await gate.update(id, await commit(thinner), 4);
  await expect(borrow(1n)).rejects.toThrow("NotHealthy");
  const below = await proof("maintenance", 10_000n, thinner);
  await expect(gate.prove(id, 1, below)).rejects.toMatchObject({ code: "COVENANT_STANDS" });
  await expect(gate.retract(id, lender.target as string)).rejects.toMatchObject({ code: "PLEDGE_IS_ACCEPTED" });

  await (await (token.connect(owner) as Contract).getFunction("approve")(lender.target, LENT)).wait();
  await (await (lender.connect(stranger) as Contract).getFunction("repay")(id, 0n)).wait();
  await (await (lender.connect(owner) as Contract).getFunction("repay")(id, LENT)).wait();
  expect((await gate.account(id)).pledged).toBe(0);
  await gate.prove(id, 1, below);
  expect(await gate.account(id)).toMatchObject({ status: "current", coverage: 0 });
  expect(await token.getFunction("balanceOf")(lender.target)).toBe(5n * LENT);
  expect(TERMS.coverageInitial).toBeLessThan(15_000);
});
