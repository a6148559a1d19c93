import { Interface } from "ethers";
import { beforeAll, describe, expect, it } from "vitest";
import { GATE } from "../../prover/chain/abi.ts";
import { ACTIONS, type Action, accountId, gateContext } from "../../prover/chain/context.ts";
import { connectGate, type Gate } from "../../prover/chain/gate.ts";
import { refusal } from "../../prover/chain/refusal.ts";
import { TacitError } from "../../prover/units/errors.ts";
import { compiled, newGate, openChain, START } from "./chain.ts";

const { provider, publisher, owner, stranger } = await openChain();
const ROOTS = { maintenanceRoot: 1n, initialRoot: 2n, dataHash: `0x${"00".repeat(32)}`, dataURI: "" };
let gate: Gate;

beforeAll(async () => {
  gate = await newGate(publisher);
});

it("knows the gate exactly as the compiler does", async () => {
  const { abi } = await compiled("MarginGate");
  const real = new Interface(abi as ConstructorParameters<typeof Interface>[0]);
  const entries = (gate: Interface) => gate.fragments.map((fragment) => fragment.format("full")).sort();
  expect(entries(GATE)).toEqual(entries(real));
});

it("says every error of the gate in words", () => {
  for (const error of GATE.fragments.filter((fragment) => fragment.type === "error")) {
    const name = error.format("sighash");
    const args = error.inputs.map((input) => (input.type === "address" ? publisher.address : 7n));
    const spoken = refusal({ info: { error: { data: GATE.encodeErrorResult(name, args) } } });
    expect(spoken, name).toBeInstanceOf(TacitError);
    expect((spoken as TacitError).message, name).not.toMatch(/undefined|\bNaN\b/);
  }
});

it("leaves failures that are not the gate's alone", () => {
  const failure = new Error("out of funds");
  expect(refusal(failure)).toBe(failure);
});

describe("contexts and ids", () => {
  it.each(Object.keys(ACTIONS) as Action[])("computes the context of %s as the gate does", async (action) => {
    const id = (1n << 248n) - 1n;
    for (const { address } of [owner, stranger]) {
      const onChain = await gate.contract.getFunction("contextOf")(id, ACTIONS[action], address);
      expect(gateContext({ chainId: 31337n, gate: gate.gate }, id, action, address, 0n)).toBe(onChain);
    }
  });

  it("computes ids as the gate does, and opens the account it announced", async () => {
    const mine = await gate.as(owner);
    const next = await mine.nextAccountId();
    expect(next).toBe(accountId(gate, owner.address, 0n));
    expect((await mine.open(5n, 8)).accountId).toBe(next);
    expect(await mine.nextAccountId()).not.toBe(next);
    expect(await mine.account(next)).toEqual({
      owner: owner.address,
      status: "lapsed",
      commitment: 5n,
      size: 8,
      nonce: 0n,
      leaseUntil: 0,
    });
  });
});

it("publishes an epoch and reads it back", async () => {
  expect((await gate.publishEpoch({ timestamp: START, ...ROOTS })).epoch).toBe(1);
  expect(await gate.latestEpoch()).toBe(1);
  const { dataURI, ...stored } = ROOTS;
  expect(await gate.epoch(1)).toEqual({ timestamp: START, ...stored });
});

it("throws what the gate refuses as words, with a code and a hint", async () => {
  await expect((await gate.as(stranger)).publishEpoch({ timestamp: START + 1, ...ROOTS })).rejects.toThrow(
    `${stranger.address} is not the gate's publisher`,
  );
  await expect(gate.publishEpoch({ timestamp: START + 1e6, ...ROOTS })).rejects.toMatchObject({
    code: "EPOCH_IN_FUTURE",
  });
});

it("says so when it connects without a chain", async () => {
  const { Wallet } = await import("ethers");
  await expect(connectGate(gate.gate, Wallet.createRandom())).rejects.toMatchObject({ code: "NO_CHAIN" });
  expect(await provider.request({ method: "eth_chainId" })).toBe("0x7a69");
});
