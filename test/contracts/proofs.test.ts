import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AccountState, commit } from "../../prover/account/state.ts";
import { toGateProof } from "../../prover/chain/calldata.ts";
import { type Done, type Gate, SIZES, type Size } from "../../prover/chain/gate.ts";
import { forgeProof } from "../../prover/demo/forge.ts";
import { CIRCUITS } from "../../prover/generated/circuits.ts";
import { FIELD } from "../../prover/hash/poseidon.ts";
import type { Market, SetName } from "../../prover/market/types.ts";
import type { ProofFile } from "../../prover/prove/proofFile.ts";
import { openProver, type Prover } from "../../prover/prove/prover.ts";
import { Coverage } from "../../prover/units/units.ts";
import { type Book, compiled, newBook, newGate, openChain, START, TERMS } from "./chain.ts";
import { forge, malleate } from "./forgery.ts";
import { coinAccount, coinMarket } from "./market.ts";
import { readKey, uncontributedVerifier } from "./uncontributed.ts";

/**
 * Real proofs against real verifiers. Two epochs of one coin: at 50000 the account of -75000 is healthy under both sets,
 * at 44000 it is in breach. Every test starts from the same chain: epoch 1 published, the account open, nothing proven.
 */
const chain = await openChain();
const { provider, publisher, owner, stranger } = chain;
/** Of the second epoch; the chain's clock runs while proofs are made. */
const LATER = START + 1800;

let prover: Prover;
let book: Book;
let gate: Gate; // as its owner sees it
let id: bigint;
let before: Market;
let after: Market;
let account: AccountState;
let richer: AccountState;
let healthy: ProofFile;
let snapshot: unknown;

beforeAll(async () => {
  prover = await openProver();
  book = await newBook(publisher);
  gate = await (await newGate(publisher, book)).as(owner);
  id = await gate.nextAccountId();
  before = await coinMarket(START, "50000");
  after = await coinMarket(LATER, "44000");
  account = coinAccount(id, "-75000");
  richer = coinAccount(id, "-60000");
  await book.publish(before);
  await gate.open(await commit(account), 4);
  healthy = await prove({ context: await gate.context(id, "prove") });
  snapshot = await provider.request({ method: "evm_snapshot" });
});

beforeEach(async () => {
  await provider.request({ method: "evm_revert", params: [snapshot] });
  snapshot = await provider.request({ method: "evm_snapshot" });
});

afterAll(() => prover[Symbol.asyncDispose]());

interface Wish {
  readonly context: bigint;
  readonly account?: AccountState;
  readonly market?: Market;
  readonly set?: SetName;
  readonly coverage?: bigint;
  readonly size?: Size;
}

const made = new Map<string, Promise<ProofFile>>();

/** Since every test starts from the same chain, tests that wish for the same proof share it. */
async function prove({ context, size = 4, coverage = 10_000n, ...wish }: Wish): Promise<ProofFile> {
  const { account: state = account, market = before, set = "maintenance" } = wish;
  const key = [context, size, coverage, await commit(state), market.sets[set].requirementRoot].join();
  const request = {
    account: state,
    market,
    set,
    coverage: Coverage.of(coverage, "coverage"),
    circuit: `margin_${size}` as const,
    context,
  };
  const proof = made.get(key) ?? prover.prove(request).then((result) => result.proof);
  made.set(key, proof);
  return proof;
}

/** The second epoch, at which the account is in breach. */
async function crash(): Promise<Done> {
  await chain.go(LATER + 60);
  return book.publish(after);
}

const statusOf = async (of = gate, account = id) => (await of.account(account)).status;
const refused = (call: Promise<unknown>) => expect(call).rejects.toMatchObject({ code: "PROOF_REJECTED" });
const signalsOf = ({ publicSignals }: ProofFile) =>
  CIRCUITS.margin_4.signals.map((signal) => BigInt(publicSignals[signal]));

async function verifier(size: Size) {
  const { abi } = await compiled(`Margin${size}Verifier`);
  const address = await gate.contract.getFunction("verifierOf")(size);
  const contract = new chain.ethers.Contract(
    address,
    abi as ConstructorParameters<typeof chain.ethers.Contract>[1],
    owner,
  );
  return async (proof: ProofFile["proof"], signals: readonly bigint[]): Promise<boolean> => {
    const { a, b, c } = toGateProof(proof);
    return contract.getFunction("verifyProof")(a, b, c, signals);
  };
}

describe("an account's life", () => {
  it("is current from its first healthy proof until the lease that counts from the epoch ends", async () => {
    expect(await statusOf()).toBe("soft");
    await gate.prove(id, 1, healthy);
    expect(await gate.account(id)).toMatchObject({
      status: "current",
      nonce: 1n,
      leaseUntil: START + TERMS.leaseMaintenance,
    });
    await provider.request({ method: "evm_setNextBlockTimestamp", params: [START + TERMS.leaseMaintenance + 1] });
    await provider.request({ method: "evm_mine" });
    expect(await statusOf()).toBe("soft");
  });

  it("gets the longer lease for a proof under the initial set", async () => {
    await gate.prove(id, 1, await prove({ set: "initial", context: await gate.context(id, "prove") }));
    expect(await gate.account(id)).toMatchObject({
      leaseUntil: START + TERMS.leaseInitial,
      coverage: TERMS.coverageInitial,
      provenEpoch: 1,
    });
  });

  it("is flagged by a stranger's breach proof, stays flagged through an update, and is cured by an initial proof", async () => {
    await gate.prove(id, 1, healthy);
    await crash();
    const watcher = await gate.as(stranger);
    const breach = await prove({ market: after, context: await watcher.context(id, "flag") });
    expect(breach.publicSignals.healthy).toBe("0");
    await watcher.flag(id, 2, breach);
    expect(await statusOf()).toBe("hard");
    await expect(watcher.flag(id, 2, breach)).rejects.toMatchObject({ code: "ACCOUNT_HARD" });

    await gate.update(id, await commit(richer), 4);
    expect(await statusOf()).toBe("hard");
    const cure = await prove({
      account: richer,
      market: after,
      set: "initial",
      context: await gate.context(id, "cure"),
    });
    await expect((await gate.as(stranger)).cure(id, 2, cure)).rejects.toMatchObject({ code: "NOT_OWNER" });
    await gate.cure(id, 2, cure);
    expect(await gate.account(id)).toMatchObject({ status: "current", nonce: 2n });
    // The breach proof is of the past: a healthy proof at its epoch followed it.
    await expect(watcher.flag(id, 2, breach)).rejects.toMatchObject({ code: "COMMITMENT_NOT_HELD" });
  });

  it("does not dodge a breach proof on its way by updates, nor by declaring a size nobody can prove", async () => {
    await gate.prove(id, 1, healthy);
    await crash();
    const watcher = await gate.as(stranger);
    const breach = await prove({ market: after, context: await watcher.context(id, "flag") });
    await gate.update(id, await commit(richer), 32);
    await gate.update(id, await commit(coinAccount(id, "-59999")), 8);
    await watcher.flag(id, 2, breach);
    expect(await statusOf()).toBe("hard");
  });

  it.each(SIZES)("is proven by the circuit of its own size: %i", async (size) => {
    await gate.update(id, await commit(account), size);
    const proof = await prove({ size, context: await gate.context(id, "prove") });
    const other = size === 4 ? 8 : 4;
    await gate.update(id, await commit(account), other);
    await refused(gate.prove(id, 1, proof));
    await gate.update(id, await commit(account), size);
    await gate.prove(id, 1, proof);
    expect(await statusOf()).toBe("current");
  });
});

describe("refuses a proof in which only one public signal disagrees", () => {
  it("healthy: an unhealthy account's proof, submitted as healthy", async () => {
    const poor = coinAccount(id, "-95000");
    await gate.update(id, await commit(poor), 4);
    const proof = await prove({ account: poor, context: await gate.context(id, "prove") });
    expect(proof.publicSignals.healthy).toBe("0");
    await refused(gate.prove(id, 1, proof));
  });

  it("healthy: a healthy account's proof, submitted as a breach", async () => {
    const proof = await prove({ context: await gate.context(id, "flag") });
    expect(proof.publicSignals.healthy).toBe("1");
    await refused(gate.flag(id, 1, proof));
  });

  it("commitment: the account now holds another", async () => {
    await gate.update(id, await commit(richer), 4);
    await refused(gate.prove(id, 1, healthy));
  });

  it("commitment: a breach of a commitment the account never held", async () => {
    const poor = coinAccount(id, "-95000");
    const watcher = await gate.as(stranger);
    const breach = await prove({ account: poor, context: await watcher.context(id, "flag") });
    await expect(watcher.flag(id, 1, breach)).rejects.toMatchObject({ code: "COMMITMENT_NOT_HELD" });
    const renamed = {
      ...breach,
      publicSignals: { ...breach.publicSignals, commitment: healthy.publicSignals.commitment },
    };
    await refused(watcher.flag(id, 1, renamed));
  });

  it("requirementRoot: the epoch is another", async () => {
    await chain.go(LATER + 60);
    await book.publish({ ...before, timestamp: LATER, sets: after.sets });
    await refused(gate.prove(id, 2, healthy));
    await gate.prove(id, 1, healthy);
  });

  it("requirementRoot: the set is another", async () => {
    await refused(gate.prove(id, 1, { ...healthy, set: "initial" }));
  });

  it("coverage: health at less than the gate asks", async () => {
    const proof = await prove({ coverage: 9_999n, context: await gate.context(id, "prove") });
    await refused(gate.prove(id, 1, proof));
  });

  it("coverage: a breach of more than the requirement", async () => {
    const proof = await prove({ coverage: 20_000n, context: await gate.context(id, "flag") });
    expect(proof.publicSignals.healthy).toBe("0");
    await refused(gate.flag(id, 1, proof));
  });

  it("context: the caller is another, who copied the calldata", async () => {
    await refused((await gate.as(stranger)).prove(id, 1, healthy));
    await gate.prove(id, 1, healthy);
  });

  it("context: the proof was accepted before", async () => {
    await gate.prove(id, 1, healthy);
    await refused(gate.prove(id, 1, healthy));
  });

  it("context: the account is another with the same commitment", async () => {
    const { accountId } = await gate.open(await commit(account), 4);
    await refused(gate.prove(accountId, 1, healthy));
    await gate.prove(id, 1, healthy);
  });

  it("context: the proof was made to cure", async () => {
    const proof = await prove({ set: "initial", context: await gate.context(id, "cure") });
    await refused(gate.prove(id, 1, proof));
  });

  it("context: the contract is another", async () => {
    const twin = await (await newGate(publisher, book)).as(owner);
    const { accountId } = await twin.open(await commit(account), 4);
    await refused(twin.prove(accountId, 1, healthy));
  });

  it("context: the chain is another, where everything else is the same", async () => {
    const other = await openChain(1337);
    const twins = await newBook(other.publisher);
    const twin = await (await newGate(other.publisher, twins)).as(other.owner);
    expect(twin.gate).toBe(gate.gate);
    await twins.publish(before);
    const { accountId } = await twin.open(await commit(account), 4);
    await refused(twin.prove(accountId, 1, healthy));
  });
});

describe("the verifier", () => {
  it("refuses each public signal plus one, and plus the order of the field", async () => {
    const verify = await verifier(4);
    const signals = signalsOf(healthy);
    expect(await verify(healthy.proof, signals)).toBe(true);
    for (const i of signals.keys()) {
      for (const by of [1n, -1n, FIELD]) {
        const flipped = signals.map((signal, j) => (j === i ? (signal + by + 2n ** 256n) % 2n ** 256n : signal));
        expect(await verify(healthy.proof, flipped), `signal ${i} moved by ${by}`).toBe(false);
      }
    }
  });

  it("refuses coordinates that are not reduced, points off the curve and the empty proof", async () => {
    const verify = await verifier(4);
    const signals = signalsOf(healthy);
    const order = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
    const { pi_a, pi_b, pi_c } = healthy.proof;
    const plus = (coordinate: string, by: bigint) => String(BigInt(coordinate) + by);
    const zero = {
      ...healthy.proof,
      pi_a: ["0", "0", "1"],
      pi_b: [
        ["0", "0"],
        ["0", "0"],
        ["1", "0"],
      ],
      pi_c: ["0", "0", "1"],
    };
    for (const by of [1n, order]) {
      for (const i of [0, 1] as const) {
        const a = pi_a.with(i, plus(pi_a[i], by)) as typeof pi_a;
        const c = pi_c.with(i, plus(pi_c[i], by)) as typeof pi_c;
        const b = pi_b.with(i, [plus(pi_b[i][0], by), pi_b[i][1]]) as typeof pi_b;
        expect(await verify({ ...healthy.proof, pi_a: a }, signals)).toBe(false);
        expect(await verify({ ...healthy.proof, pi_b: b }, signals)).toBe(false);
        expect(await verify({ ...healthy.proof, pi_c: c }, signals)).toBe(false);
      }
    }
    expect(await verify(zero as ProofFile["proof"], signals)).toBe(false);
  });
});

describe("forgers", () => {
  it("gain nothing from a malleated proof: one of the two is accepted, once", async () => {
    const twin = { ...healthy, proof: malleate(healthy.proof) };
    expect(await (await verifier(4))(twin.proof, signalsOf(healthy))).toBe(true);
    expect(twin.proof.pi_a).not.toEqual(healthy.proof.pi_a);
    await gate.prove(id, 1, twin);
    await refused(gate.prove(id, 1, healthy));
    await refused(gate.prove(id, 1, twin));
    expect((await gate.account(id)).nonce).toBe(1n);
  });

  it.each(["prove", "flag"] as const)(
    "cannot turn a false statement true by editing the witness: %s",
    async (action) => {
      const state = action === "prove" ? coinAccount(id, "-95000") : account;
      await gate.update(id, await commit(state), 4);
      const truth = action === "prove" ? 0n : 1n;
      const file = await forgeProof({
        account: state,
        market: before,
        set: "maintenance",
        coverage: Coverage.of(10_000n, "coverage"),
        context: await gate.context(id, action),
        circuit: "margin_4",
      });
      expect(file.publicSignals.healthy).toBe(String(1n - truth));
      await refused(action === "prove" ? gate.prove(id, 1, file) : gate.flag(id, 1, file));
    },
  );

  it("prove anything under an uncontributed key, which is why no gate takes such a verifier", async () => {
    const { abi } = await compiled("Margin4Verifier");
    const broken = await uncontributedVerifier();
    const factory = new chain.ethers.ContractFactory(abi as [], broken, publisher);
    const contract = await (await factory.deploy()).waitForDeployment();

    // False: this account is 9,000 short of its requirement.
    const poor = await commit(coinAccount(id, "-95000"));
    const signals = [1n, poor, before.sets.maintenance.requirementRoot, 10_000n, await gate.context(id, "prove")];
    const forged = await forge(chain.ethers.provider, await readKey(), signals);
    const { a, b, c } = toGateProof(forged);
    expect(await contract.getFunction("verifyProof")(a, b, c, signals)).toBe(true);
    expect(await (await verifier(4))(forged, signals)).toBe(false);

    await expect(newGate(publisher, book, TERMS, { 4: broken })).rejects.toMatchObject({ code: "UNCONTRIBUTED_KEY" });
  });

  it("are refused by a gate for another chain: a development key is for local chains only", async () => {
    const mainnet = await openChain(1);
    await expect(newGate(mainnet.publisher, await newBook(mainnet.publisher))).rejects.toMatchObject({
      code: "DEVELOPMENT_KEY",
    });
  });
});

it("costs the gas that the snapshot says, without calldata and the flat 21000", async () => {
  const watcher = await gate.as(stranger);
  const steps: Record<string, () => Promise<Done>> = {
    open: () => gate.open(5n, 4),
    prove: () => gate.prove(id, 1, healthy),
    publishEpoch: () => crash(),
    flag: async () => watcher.flag(id, 2, await prove({ market: after, context: await watcher.context(id, "flag") })),
    update: async () => gate.update(id, await commit(richer), 4),
    cure: async () => {
      const wish = { account: richer, market: after, set: "initial", context: await gate.context(id, "cure") } as const;
      return gate.cure(id, 2, await prove(wish));
    },
  };
  const gas: Record<string, number> = {};
  await chain.go(START + 600);
  await book.publish(await coinMarket(START + 600, "50500"));
  const older = await gate.prove(id, 1, healthy);
  gas["prove at an epoch that is not the newest"] = await chain.executionGas(older);
  await provider.request({ method: "evm_revert", params: [snapshot] });
  snapshot = await provider.request({ method: "evm_snapshot" });
  for (const [name, step] of Object.entries(steps)) gas[name] = await chain.executionGas(await step());
  await expect(`${JSON.stringify(gas, null, 2)}\n`).toMatchFileSnapshot("gas.snapshot.json");
});
