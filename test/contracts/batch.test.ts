import type { BaseContract } from "ethers";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type AccountState, commit } from "../../prover/account/state.ts";
import { toGateProof } from "../../prover/chain/calldata.ts";
import type { Gate, Size } from "../../prover/chain/gate.ts";
import { FIELD } from "../../prover/hash/poseidon.ts";
import type { Market } from "../../prover/market/types.ts";
import type { ProofFile } from "../../prover/prove/proofFile.ts";
import { openProver, type Prover } from "../../prover/prove/prover.ts";
import { Coverage } from "../../prover/units/units.ts";
import { compiled, newBook, newGate, openChain, START, TERMS } from "./chain.ts";
import { type Checked, OUTSIDE, pick, tryCommonCheck, type Verifier } from "./commonCheck.ts";
import { curveOf, malleate } from "./forgery.ts";
import { coinAccount, coinMarket } from "./market.ts";
import { weakenedVerifier } from "./uncontributed.ts";

/**
 * Real proofs of twelve accounts, made for one caller, against real verifiers: first the common check by itself, then
 * the gate that acts on it. Every test starts from the same chain: epoch 1 published, accounts open, nothing proven.
 */
// Twelve proofs take half a minute, on a busy machine several.
vi.setConfig({ testTimeout: 300_000 });
const chain = await openChain();
const { ethers, provider, publisher, owner, stranger } = chain;
const COUNT = 12;
interface Claim {
  readonly id: bigint;
  readonly proof: ProofFile;
}

let prover: Prover;
let gate: Gate; // as the caller for whom the proofs were made sees it
let market: Market;
let accounts: { readonly id: bigint; readonly context: bigint }[];
const made: Promise<ProofFile>[] = [];
let verifier: Verifier;
let snapshot: unknown;

const checked = ({ publicSignals, proof }: ProofFile): Checked => ({
  proof: toGateProof(proof),
  signals: Object.values(publicSignals).map(BigInt),
});

const stateOf = (id: bigint): AccountState => coinAccount(id, String(-60_000n - (id % 10_000n)));

async function proofOf(account: AccountState, context: bigint, size: Size = 4): Promise<ProofFile> {
  const coverage = Coverage.of(10_000n, "coverage");
  const circuit = `margin_${size}` as const;
  return (await prover.prove({ account, market, set: "maintenance", coverage, circuit, context })).proof;
}

const verifierAbi = async () =>
  (await compiled("Margin4Verifier")).abi as ConstructorParameters<typeof ethers.Contract>[1];
const checkBy = async (verifier: BaseContract): Promise<Verifier> => ({
  address: await verifier.getAddress(),
  verify: (batch) => verifier.getFunction("verifyBatch").staticCall(batch),
});

beforeAll(async () => {
  prover = await openProver();
  const book = await newBook(publisher);
  gate = await (await newGate(publisher, book)).as(stranger);
  market = await coinMarket(START, "50000");
  await book.publish(market);
  const mine = await gate.as(owner);
  accounts = [];
  for (let i = 0; i < COUNT; i++) {
    const id = await mine.nextAccountId();
    await mine.open(await commit(stateOf(id)), 4);
    accounts.push({ id, context: await gate.context(id, "prove") });
  }
  verifier = await checkBy(
    new ethers.Contract(await gate.contract.getFunction("verifierOf")(4), await verifierAbi(), stranger),
  );
  snapshot = await provider.request({ method: "evm_snapshot" });
});

beforeEach(async () => {
  await provider.request({ method: "evm_revert", params: [snapshot] });
  snapshot = await provider.request({ method: "evm_snapshot" });
});

afterAll(() => prover[Symbol.asyncDispose]());

/** The first accounts and their proofs, which are made when a test first wants them. */
async function claimsOf(count: number): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const [i, { id, context }] of accounts.slice(0, count).entries()) {
    made[i] ??= proofOf(stateOf(id), context);
    claims.push({ id, proof: await made[i] });
  }
  return claims;
}
const batchOf = async (count: number) => (await claimsOf(count)).map(({ proof }) => checked(proof));

tryCommonCheck({
  most: COUNT,
  curve: curveOf(ethers.provider),
  batchOf,
  real: () => verifier,
  weakened: async (find, replace) => {
    const factory = new ethers.ContractFactory(
      (await verifierAbi()) as [],
      await weakenedVerifier("margin_4", find, replace),
      owner,
    );
    return checkBy(await (await factory.deploy()).waitForDeployment());
  },
});

describe("a gate given many proofs", () => {
  const outcome = async (sent: readonly Claim[], by = gate) =>
    (await by.proveMany(1, sent)).skipped.map(({ id, reason }) => [id, reason.code]);
  const statusOf = async ({ id }: Claim) => (await gate.account(id)).status;
  const proven = async ({ id }: Claim) => (await gate.account(id)).nonce === 1n;

  it("leases every account as a single proof would", async () => {
    const claims = await claimsOf(COUNT);
    expect(await outcome(claims)).toEqual([]);
    for (const { id } of claims) {
      const { status, nonce, leaseUntil } = await gate.account(id);
      expect({ status, nonce, leaseUntil }).toEqual({
        status: "current",
        nonce: 1n,
        leaseUntil: START + TERMS.leaseMaintenance,
      });
    }
    expect(await outcome(claims)).toEqual(claims.map(({ id }) => [id, "PROOF_OVERTAKEN"]));
  });

  it("takes a malleated proof like the one it was made from: once", async () => {
    const claims = await claimsOf(3);
    const { id, proof } = pick(claims, 2);
    const twin = { id, proof: { ...proof, proof: malleate(proof.proof) } };
    expect(await outcome([...claims.toReversed(), twin])).toEqual([[id, "PROOF_OVERTAKEN"]]);
    expect((await gate.account(id)).nonce).toBe(1n);
    expect(await Promise.all(claims.map(proven))).toEqual([true, true, true]);
  });

  it("takes the good proof of an account that stands there with a bad one first", async () => {
    const claims = await claimsOf(4);
    const { id, proof } = pick(claims, 2);
    const bad = { id, proof: { ...proof, proof: pick(claims, 3).proof.proof } };
    expect(await outcome([bad, pick(claims, 2)])).toEqual([[id, "PROOF_REJECTED"]]);
    expect((await gate.account(id)).nonce).toBe(1n);
  });

  it("passes over what is bad, each for its own reason, and takes the rest", async () => {
    const claims = await claimsOf(COUNT);
    const mine = await gate.as(owner);
    const at = (i: number) => pick(claims, i);
    const signal = (i: number, name: "commitment" | "context", value: bigint): Claim => ({
      id: at(i).id,
      proof: { ...at(i).proof, publicSignals: { ...at(i).proof.publicSignals, [name]: String(value) } },
    });
    const points = (i: number, proof: Partial<ProofFile["proof"]>): Claim => ({
      id: at(i).id,
      proof: { ...at(i).proof, proof: { ...at(i).proof.proof, ...proof } },
    });
    const context = (i: number) => BigInt(at(i).proof.publicSignals.context);
    const commitment = (i: number) => BigInt(at(i).proof.publicSignals.commitment);
    const swapped: ProofFile["proof"]["pi_b"] = [
      ["1", "0"],
      [OUTSIDE[1][1], OUTSIDE[1][0]],
      ["1", "0"],
    ];

    await gate.prove(at(2).id, 1, at(2).proof);
    await mine.update(at(3).id, 5n, 4);
    await mine.update(at(4).id, commitment(4), 8);
    const bad: [Claim, string][] = [
      [at(2), "PROOF_OVERTAKEN"], // replayed
      [at(3), "PROOF_OVERTAKEN"], // about a replaced commitment
      [at(4), "PROOF_OVERTAKEN"], // of another size
      [signal(5, "context", context(5) + FIELD), "PROOF_OVERTAKEN"],
      [signal(6, "commitment", commitment(6) + FIELD), "PROOF_OVERTAKEN"],
      [{ id: at(7).id, proof: at(8).proof }, "PROOF_OVERTAKEN"], // another account's
      [points(8, at(9).proof.proof), "PROOF_REJECTED"], // another account's, renamed
      [points(9, { pi_a: ["1", "1", "1"] }), "PROOF_REJECTED"], // no point
      [points(10, { pi_c: ["1", "1", "1"] }), "PROOF_REJECTED"],
      [points(11, { pi_b: swapped }), "PROOF_REJECTED"], // outside the group
      [{ id: 99n, proof: at(1).proof }, "UNKNOWN_ACCOUNT"],
    ];
    const sent = [at(0), ...bad.map(([claim]) => claim), at(1)];
    const skipped = await outcome(sent);
    expect(skipped.toSorted()).toEqual(bad.map(([{ id }, code]) => [id, code]).toSorted());
    expect(await Promise.all(claims.map(proven))).toEqual(claims.map((_, i) => i < 3));
  });

  it("passes over a hard account", async () => {
    const claims = await claimsOf(3);
    const poor = coinAccount(pick(claims, 2).id, "-95000");
    const mine = await gate.as(owner);
    await mine.update(poor.accountId, await commit(poor), 4);
    const breach = await proofOf(poor, await gate.context(poor.accountId, "flag"));
    await gate.flag(poor.accountId, 1, breach);
    expect(await outcome(claims)).toEqual([[poor.accountId, "ACCOUNT_HARD"]]);
    expect(await Promise.all(claims.map(statusOf))).toEqual(["current", "current", "hard"]);
  });

  it("takes nothing from a caller who copied the calldata", async () => {
    const claims = await claimsOf(2);
    expect(await outcome(claims, await gate.as(owner))).toEqual(claims.map(({ id }) => [id, "PROOF_OVERTAKEN"]));
    expect(await Promise.all(claims.map(statusOf))).toEqual(["soft", "soft"]);
  });

  it("takes nothing whose proof is of the other set, and no set but the one it was called with", async () => {
    const claims = await claimsOf(2);
    const asInitial = claims.map(({ id, proof }) => ({ id, proof: { ...proof, set: "initial" as const } }));
    expect(await outcome(asInitial)).toEqual(claims.map(({ id }) => [id, "PROOF_REJECTED"]));
    await expect(gate.proveMany(1, [pick(claims, 0), pick(asInitial, 1)])).rejects.toMatchObject({
      code: "MIXED_BATCH",
    });
  });

  it("reverts on an empty batch, an unknown size and an epoch that is not the book's", async () => {
    const claims = await claimsOf(2);
    await expect(gate.proveMany(1, [])).rejects.toMatchObject({ code: "EMPTY_BATCH" });
    await expect(gate.proveMany(2, claims)).rejects.toMatchObject({ code: "UNKNOWN_EPOCH" });
    const odd = claims.map(({ id, proof }) => ({ id, proof: { ...proof, circuit: "margin_5" } }));
    await expect(gate.proveMany(1, odd)).rejects.toMatchObject({ code: "UNKNOWN_SIZE" });
  });

  it("reverts instead of calling good proofs bad when it was sent with too little gas", async () => {
    const claims = await claimsOf(4);
    const four = claims.slice(0, 4).map(({ id, proof: { publicSignals, proof } }) => {
      const { commitment, context } = publicSignals;
      return { id, commitment, context, proof: toGateProof(proof) };
    });
    for (const gasLimit of [250_000n, 400_000n, 600_000n, 800_000n]) {
      const call = gate.contract.getFunction("proveMany").staticCall(1, 0, 4, four, { gasLimit });
      await expect(call).rejects.toThrow(/NotEnoughGas/);
    }
    expect(await gate.contract.getFunction("proveMany").staticCall(1, 0, 4, four)).toEqual([true, true, true, true]);
  });
});

it("costs the gas that the snapshot says, without calldata and the flat 21000", async () => {
  const claims = await claimsOf(COUNT);
  const batch = await batchOf(COUNT);
  const verifier = new ethers.Contract(await gate.contract.getFunction("verifierOf")(4), await verifierAbi(), owner);
  const mined = async (call: Promise<{ wait(): Promise<{ hash: string; gasUsed: bigint }> }>) => {
    const { hash, gasUsed } = await (await call).wait();
    return chain.executionGas({ hash, gas: gasUsed });
  };
  const each = (gas: number, count: number) => Math.round(gas / count);
  const gas: Record<string, Record<string, number>> = { verifyBatch: {}, proveMany: {} };
  for (const count of [1, 4, 16, 64]) {
    const many = Array.from({ length: count }, (_, i) => pick(batch, i % COUNT));
    const call = verifier.getFunction("verifyBatch").send(many);
    gas.verifyBatch = { ...gas.verifyBatch, [`each of ${count}`]: each(await mined(call as never), count) };
  }
  for (const count of [1, 4, COUNT]) {
    const done = await gate.proveMany(1, claims.slice(0, count));
    gas.proveMany = { ...gas.proveMany, [`each of ${count}`]: each(await chain.executionGas(done), count) };
    await provider.request({ method: "evm_revert", params: [snapshot] });
    snapshot = await provider.request({ method: "evm_snapshot" });
  }
  const { id, proof } = pick(claims, 0);
  const wrong = { id, proof: { ...proof, proof: pick(claims, 1).proof.proof } };
  const fallback = await chain.executionGas(await gate.proveMany(1, [wrong, ...claims.slice(1)]));
  gas.proveMany = { ...gas.proveMany, [`each of ${COUNT}, one wrong`]: each(fallback, COUNT) };
  await expect(`${JSON.stringify(gas, null, 2)}\n`).toMatchFileSnapshot("batch.snapshot.json");
});
