import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { Contract, ContractFactory, encodeBytes32String, ZeroAddress } from "ethers";
import hre, { network } from "hardhat";
import { type BookPlace, epochOf, epochTypedData, publishEpoch } from "../../prover/chain/epochs.ts";
import { type Done, deployGate, type Gate, type GateTerms, type Size } from "../../prover/chain/gate.ts";
import { sign } from "../../prover/chain/signers.ts";
import type { Market } from "../../prover/market/types.ts";

/** The first second of the test chains: that of the shipped snapshot's day. */
export const START = Date.parse("2026-02-04T13:00:00Z") / 1000;

export const TERMS: GateTerms = {
  maxEpochAge: 3600,
  leaseMaintenance: 7200,
  leaseInitial: 43_200,
  grace: 3600,
  band: 50_000_000,
  coverageMaintenance: 10_000,
  coverageInitial: 10_000,
  challengeWindow: 900,
  challengeCooldown: 86_400,
  challengeBond: 10n ** 16n,
};

/** Two sets; epochs 60 s to an hour apart, at most 20 minutes late and within 1% of the oracle. */
export const BOOK_TERMS = [2, 60, 3600, 1200, 10_000_000, 172_800];
const ASSETS = ["COIN"];

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
  /** Mines a block at this second. */
  const go = async (seconds: number): Promise<void> => {
    await provider.request({ method: "evm_setNextBlockTimestamp", params: [seconds] });
    await provider.request({ method: "evm_mine", params: [] });
  };
  return { ethers, provider, publisher, owner, stranger, executionGas, go };
}

export async function compiled(name: string): Promise<{ abi: readonly unknown[]; bytecode: string }> {
  return hre.artifacts.readArtifact(name);
}

/** Deploys a compiled contract. */
export async function deploy(signer: HardhatEthersSigner, name: string, ...args: unknown[]): Promise<Contract> {
  const { abi, bytecode } = await compiled(name);
  const contract = await new ContractFactory(abi as never[], bytecode, signer).deploy(...args);
  return new Contract(await contract.getAddress(), abi as never[], signer);
}

/** Epochs of one coin with three feeds behind its oracle. Its one publisher signs whatever it is given. */
export interface Book extends BookPlace {
  /** All feeds say this price now. */
  quote(price: bigint): Promise<void>;
  /** Quotes the market's price and publishes it. @param settlementRoot 1 without one */
  publish(market: Market, settlementRoot?: bigint): Promise<Done & { readonly number: number }>;
}

export async function newBook(publisher: HardhatEthersSigner): Promise<Book> {
  const { provider } = publisher;
  if (provider === null) throw new Error("the publisher is connected to no chain");
  const feeds: Contract[] = [];
  const sources: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    const feed = await deploy(publisher, "ChainlinkMock", 6);
    const source = await deploy(publisher, "ChainlinkSource", feed.target);
    feeds.push(feed);
    sources.push([source.target, 172_800, 10_000_000, 50_000_000]);
  }
  const assets = ASSETS.map((name) => [encodeBytes32String(name), 2, sources]);
  const oracle = await deploy(publisher, "IndexOracle", assets, [ZeroAddress, 0]);
  const book = await deploy(publisher, "EpochBook", oracle.target, ZeroAddress, BOOK_TERMS, 1, [publisher.address]);
  const { chainId } = await provider.getNetwork();
  const place = { chainId, book: book.target as string };
  const quote = async (price: bigint): Promise<void> => {
    const block = await provider.getBlock("latest");
    for (const feed of feeds) await (await feed.getFunction("answer")(price, block?.timestamp)).wait();
  };
  return {
    ...place,
    quote,
    async publish(market, settlementRoot = 1n) {
      await quote(market.index.COIN as bigint);
      const epoch = epochOf(market, { assets: ASSETS, settlementRoot, dataURI: "" });
      return publishEpoch(place, publisher, epoch, [await sign(publisher, epochTypedData(place, epoch))]);
    },
  };
}

/** A gate with the real verifiers on a book; `verifiers` replaces the code of some. */
export async function newGate(
  publisher: HardhatEthersSigner,
  { book }: BookPlace,
  terms: GateTerms = TERMS,
  verifiers: Partial<Record<Size, string>> = {},
): Promise<Gate> {
  const real = async (size: Size) => verifiers[size] ?? (await compiled(`Margin${size}Verifier`)).bytecode;
  const bytecode = {
    gate: (await compiled("MarginGate")).bytecode,
    verifiers: { 4: await real(4), 8: await real(8), 16: await real(16), 32: await real(32) },
  };
  return deployGate(publisher, bytecode, book, terms);
}
