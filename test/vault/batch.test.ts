import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { disclosureChallenge } from "../../prover/chain/context.ts";
import { publicPoint } from "../../prover/hash/babyjub.ts";
import { disclosureInputs } from "../../prover/prove/disclosureInputs.ts";
import type { Signals } from "../../prover/prove/inputs.ts";
import { STATE as DISCLOSED, GUARDIAN, SECRET } from "../circuits/disclosures.ts";
import { inputsOf } from "../circuits/transitions.ts";
import { compiled, deploy, openChain } from "../contracts/chain.ts";
import { type Checked, pick, tryCommonCheck, type Verifier } from "../contracts/commonCheck.ts";
import { curveOf, malleatePoints } from "../contracts/forgery.ts";
import { weakenedVerifier } from "../contracts/uncontributed.ts";
import { openStatements, type Statements } from "./statements.ts";

/** Real proofs of the two circuits behind a vault, which have ten and seven signals, against their real verifiers. */
vi.setConfig({ testTimeout: 300_000 });
const { ethers, owner, executionGas } = await openChain();
const MOST = 4;
let statements: Statements;
beforeAll(async () => {
  statements = await openStatements();
});
afterAll(() => statements?.[Symbol.asyncDispose]());

const CIRCUITS = [
  {
    name: "transition",
    contract: "TransitionVerifier",
    inputs: (i: number): Promise<Signals> => inputsOf({ mode: "transfer", asset: 0, amount: BigInt(i + 1) }),
  },
  {
    name: "disclose",
    contract: "DiscloseVerifier",
    inputs: async (i: number): Promise<Signals> => {
      const guardian = await publicPoint(GUARDIAN);
      const state = { ...DISCLOSED, salt: DISCLOSED.salt - BigInt(i) };
      return (await disclosureInputs({ state, guardian, secret: SECRET, challenge: disclosureChallenge })).inputs;
    },
  },
] as const;

describe.each(CIRCUITS)("proofs of $name", ({ name, contract, inputs }) => {
  const made: Promise<Checked>[] = [];
  let verifier: Verifier;
  beforeAll(async () => {
    const deployed = await deploy(owner, contract);
    verifier = {
      address: deployed.target as string,
      verify: (batch) => deployed.getFunction("verifyBatch").staticCall(batch),
    };
  });

  const batchOf = async (count: number): Promise<readonly Checked[]> => {
    for (let i = made.length; i < count; i++) made.push(inputs(i).then((all) => statements.prove(name, all)));
    return Promise.all(made.slice(0, count));
  };

  tryCommonCheck({
    most: MOST,
    curve: curveOf(ethers.provider),
    batchOf,
    real: () => verifier,
    weakened: async (find, replace) => {
      const { abi } = await compiled(contract);
      const factory = new ethers.ContractFactory(abi as [], await weakenedVerifier(name, find, replace), owner);
      const weak = await (await factory.deploy()).waitForDeployment();
      return {
        address: await weak.getAddress(),
        verify: (batch) => weak.getFunction("verifyBatch").staticCall(batch),
      };
    },
  });

  it("are verified one by one as they are together", async () => {
    const deployed = await deploy(owner, contract);
    const alone = ({ proof: { a, b, c }, signals }: Checked) =>
      deployed.getFunction("verifyProof").staticCall(a, b, c, signals);
    const batch = await batchOf(2);
    const { proof, signals } = pick(batch, 0);
    expect(await alone({ proof, signals })).toBe(true);
    expect(await alone({ proof: malleatePoints(proof), signals })).toBe(true);
    for (const i of signals.keys()) {
      expect(await alone({ proof, signals: signals.with(i, (signals[i] ?? 0n) + 1n) }), `signal ${i}`).toBe(false);
    }
    expect(await alone({ proof: pick(batch, 1).proof, signals })).toBe(false);
  });

  it("cost the gas that the snapshot says, without calldata and the flat 21000", async () => {
    const deployed = await deploy(owner, contract);
    const batch = await batchOf(MOST);
    const gas: Record<string, number> = {};
    const record = async (
      label: string,
      sent: Promise<{ wait(): Promise<{ hash: string; gasUsed: bigint }> }>,
      by = 1,
    ) => {
      const { hash, gasUsed } = await (await sent).wait();
      gas[label] = Math.round((await executionGas({ hash, gas: gasUsed })) / by);
    };
    const { proof, signals } = pick(batch, 0);
    await record("verifyProof", deployed.getFunction("verifyProof").send(proof.a, proof.b, proof.c, signals) as never);
    for (const count of [2, 4, 16, 64]) {
      const many = Array.from({ length: count }, (_, i) => pick(batch, i % MOST));
      await record(`verifyBatch, each of ${count}`, deployed.getFunction("verifyBatch").send(many) as never, count);
    }
    await expect(`${JSON.stringify(gas, null, 2)}\n`).toMatchFileSnapshot(`${name}.snapshot.json`);
  });
});
