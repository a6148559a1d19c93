import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import hre, { network } from "hardhat";
import { type Done, deployGate, type Gate, type GateTerms, type Size } from "../../prover/chain/gate.ts";

/** The first second of the test chains: that of the shipped snapshot's day. */
export const START = Date.parse("2026-02-04T13:00:00Z") / 1000;

export const TERMS: GateTerms = {
  maxEpochAge: 3600,
  leaseMaintenance: 7200,
  leaseInitial: 43_200,
  coverageMaintenance: 10_000,
  coverageInitial: 10_000,
};

/** A fresh in-process chain. */
export async function openChain(chainId = 31337) {
  const { ethers, provider } = await network.create({
    override: { chainId, initialDate: new Date(START * 1000) },
  });
  const [publisher, owner, stranger] = (await ethers.getSigners()) as [
    HardhatEthersSigner,
    HardhatEthersSigner,
    HardhatEthersSigner,
  ];
  /** Proof bytes are random, and so is the price of their calldata; what a contract does with them is not. */
  const executionGas = async ({ hash, gas }: Done): Promise<number> => {
    const data = (await ethers.provider.getTransaction(hash))?.data ?? "0x";
    const bytes = Buffer.from(data.slice(2), "hex");
    return Number(gas) - 21_000 - bytes.reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), 0);
  };
  return { ethers, provider, publisher, owner, stranger, executionGas };
}

export async function compiled(name: string): Promise<{ abi: readonly unknown[]; bytecode: string }> {
  return hre.artifacts.readArtifact(name);
}

/** A gate with the real verifiers; `verifiers` replaces the code of some. */
export async function newGate(
  publisher: HardhatEthersSigner,
  terms: GateTerms = TERMS,
  verifiers: Partial<Record<Size, string>> = {},
): Promise<Gate> {
  const real = async (size: Size) => verifiers[size] ?? (await compiled(`Margin${size}Verifier`)).bytecode;
  const bytecode = {
    gate: (await compiled("MarginGate")).bytecode,
    verifiers: { 4: await real(4), 8: await real(8), 16: await real(16), 32: await real(32) },
  };
  return deployGate(publisher, bytecode, terms, publisher.address);
}
