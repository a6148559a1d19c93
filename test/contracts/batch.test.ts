import { AbiCoder, type BaseContract, keccak256 } from "ethers";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type AccountState, commit } from "../../prover/account/state.ts";
import { type GateProof, toGateProof } from "../../prover/chain/calldata.ts";
import type { Gate, Size } from "../../prover/chain/gate.ts";
import { FIELD } from "../../prover/hash/poseidon.ts";
import type { Market } from "../../prover/market/types.ts";
import type { ProofFile } from "../../prover/prove/proofFile.ts";
import { openProver, type Prover } from "../../prover/prove/prover.ts";
import { Coverage } from "../../prover/units/units.ts";
import { compiled, newBook, newGate, openChain, START, TERMS } from "./chain.ts";
import { curveOf, malleate, type Point } from "./forgery.ts";
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
const curve = curveOf(ethers.provider);
const COUNT = 12;
const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const GENERATOR: Point = [1n, 2n];
/** On the twist, of another order than the group's. */
const OUTSIDE = [
  ["0", "1"],
  [
    "5912654199736721486680175016176231956195085055698687135131307249486702594212",
    "18278151005453108793778860132295291098363647455926340152056652516292830556603",
  ],
] as const;

interface Claim {
  readonly id: bigint;
  readonly proof: ProofFile;
}

let prover: Prover;
let gate: Gate; // as the caller for whom the proofs were made sees it
let market: Market;
let accounts: { readonly id: bigint; readonly context: bigint }[];
const made: Promise<ProofFile>[] = [];
let verify: (batch: readonly Checked[]) => Promise<boolean>;
let snapshot: unknown;

/** A proof and its signals as a verifier takes them. */
interface Checked {
  readonly proof: GateProof;
  readonly signals: readonly bigint[];
}

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
const checkBy = (verifier: BaseContract) => (batch: readonly Checked[]) =>
  verifier.getFunction("verifyBatch").staticCall(batch);

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
  verify = checkBy(
    new ethers.Contract(await gate.contract.getFunction("verifierOf")(4), await verifierAbi(), stranger),
  );
  snapshot = await provider.request({ method: "evm_snapshot" });
});

beforeEach(async () => {
  await provider.request({ method: "evm_revert", params: [snapshot] });
  snapshot = await provider.request({ method: "evm_snapshot" });
});

afterAll(() => prover[Symbol.asyncDispose]());

const pick = <T>(from: readonly T[], i: number): T => {
  const item = from[i];
  if (item === undefined) throw new Error(`there is no item ${i}`);
  return item;
};
const shift = (coordinate: string, by: bigint): string => String(BigInt(coordinate) + by);
const withPoint = (part: "a" | "c", { proof, signals }: Checked, point: Point): Checked => ({
  proof: { ...proof, [part]: point.map(String) },
  signals,
});

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

describe("the common check", () => {
  it.each([1, 2, 3, COUNT])("passes %i true proofs in any order", async (count) => {
    const batch = await batchOf(count);
    expect(await verify(batch)).toBe(true);
    expect(await verify(batch.toReversed())).toBe(true);
  });

  it("passes a proof that stands there twice, and a malleated one", async () => {
    const claims = await claimsOf(2);
    const batch = await batchOf(2);
    const twin = checked({ ...pick(claims, 0).proof, proof: malleate(pick(claims, 0).proof.proof) });
    expect(await verify([pick(batch, 0), pick(batch, 1), pick(batch, 0), twin])).toBe(true);
  });

  it("refuses an empty batch", async () => {
    expect(await verify([])).toBe(false);
  });

  it.each([0, 1, 2])(
    "refuses every public signal of proof %i of three moved by one, or by the field's order",
    async (k) => {
      const three = await batchOf(3);
      const { proof, signals } = pick(three, k);
      for (const i of signals.keys()) {
        for (const by of [1n, -1n, FIELD]) {
          const moved = signals.map((signal, j) => (j === i ? (signal + by + 2n ** 256n) % 2n ** 256n : signal));
          expect(await verify(three.with(k, { proof, signals: moved })), `signal ${i} moved by ${by}`).toBe(false);
        }
      }
    },
  );

  it.each([0, 1, 2])(
    "refuses coordinates of proof %i of three that are not reduced, and points that are none",
    async (k) => {
      const three = await batchOf(3);
      const { proof, signals } = pick(three, k);
      const { a, b, c } = proof;
      for (const by of [1n, BASE_FIELD]) {
        for (const i of [0, 1] as const) {
          const bad: GateProof[] = [
            { ...proof, a: a.with(i, shift(a[i], by)) as [string, string] },
            { ...proof, c: c.with(i, shift(c[i], by)) as [string, string] },
            { ...proof, b: b.with(i, b[i].with(0, shift(b[i][0], by)) as [string, string]) as [typeof a, typeof a] },
            { ...proof, b: b.with(i, b[i].with(1, shift(b[i][1], by)) as [string, string]) as [typeof a, typeof a] },
          ];
          for (const proof of bad) expect(await verify(three.with(k, { proof, signals }))).toBe(false);
        }
      }
      expect(await verify(three.with(k, { proof: { ...proof, b: OUTSIDE }, signals }))).toBe(false);
      const zero = ["0", "0"] as const;
      expect(await verify(three.with(k, { proof: { a: zero, b: [zero, zero], c: zero }, signals }))).toBe(false);
    },
  );

  it("refuses two proofs whose signals are exchanged", async () => {
    const batch = await batchOf(2);
    const [first, second] = [pick(batch, 0), pick(batch, 1)];
    const exchanged = [
      { ...first, signals: second.signals },
      { ...second, signals: first.signals },
    ];
    expect(await verify(exchanged)).toBe(false);
  });
});

/**
 * Two wrong proofs whose errors cancel once the challenges are known. Each attack wins against a verifier whose
 * challenges leave out what the attack bends, so that the attack is known to work, and loses against the real one.
 */
describe("two wrong proofs whose errors cancel", () => {
  const coder = AbiCoder.defaultAbiCoder();
  /** The challenges of a verifier that draws them before it sees the batch. */
  const challenges = async (verifier: BaseContract) => {
    const place = [31337, await verifier.getAddress(), `0x${"00".repeat(32)}`];
    const seed = keccak256(coder.encode(["uint256", "address", "bytes32"], place));
    return [0, 1].map((i) => BigInt(keccak256(coder.encode(["bytes32", "uint256"], [seed, i]))) >> 128n);
  };
  const bendPoint = async (part: "a" | "c", pair: readonly Checked[], r: readonly bigint[]): Promise<Checked[]> => {
    const moved = async (i: number, by: bigint) => {
      const [x, y] = pick(pair, i).proof[part];
      const error = await curve.times(((by % FIELD) + FIELD) % FIELD, GENERATOR);
      return withPoint(part, pick(pair, i), await curve.add([BigInt(x), BigInt(y)], error));
    };
    return [await moved(0, pick(r, 1)), await moved(1, -pick(r, 0))];
  };
  const bendSignals = (pair: readonly Checked[], r: readonly bigint[]): Checked[] =>
    [pick(r, 1), -pick(r, 0)].map((by, i) => {
      const { proof, signals } = pick(pair, i);
      return { proof, signals: signals.with(0, (((pick(signals, 0) + by) % FIELD) + FIELD) % FIELD) };
    });
  const deployWeak = async (find: string, replace: string) => {
    const factory = new ethers.ContractFactory(
      (await verifierAbi()) as [],
      await weakenedVerifier(find, replace),
      owner,
    );
    return (await factory.deploy()).waitForDeployment();
  };

  it.each(["a", "c"] as const)("by +X and -X in %s", async (part) => {
    const batch = await batchOf(4);
    const weak = await deployWeak("r := shr(128, keccak256(0, 64))", "r := 1");
    const pair = [pick(batch, 0), pick(batch, part === "a" ? 0 : 1)]; // errors in A cancel under one B
    const bent = await bendPoint(part, pair, [1n, 1n]);
    expect(await checkBy(weak)(bent)).toBe(true);
    expect(await verify(bent)).toBe(false);
    expect(await verify([...batch.slice(2), ...bent])).toBe(false);
  });

  it("when all challenges of a batch are the same", async () => {
    const batch = await batchOf(2);
    const weak = await deployWeak("mstore(32, i)", "mstore(32, 0)");
    const bent = await bendPoint("c", batch.slice(0, 2), [1n, 1n]);
    expect(await checkBy(weak)(bent)).toBe(true);
    expect(await verify(bent)).toBe(false);
  });

  it.each(["a", "c", "signals"] as const)("when challenges are known before %s", async (part) => {
    const batch = await batchOf(2);
    const weak = await deployWeak("_hash(batch, size * count)))", "bytes32(0)))");
    const pair = [pick(batch, 0), pick(batch, part === "a" ? 0 : 1)];
    const r = await challenges(weak);
    const bent = part === "signals" ? bendSignals(pair, r) : await bendPoint(part, pair, r);
    expect(await checkBy(weak)(bent)).toBe(true);
    expect(await verify(bent)).toBe(false);
  });
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
