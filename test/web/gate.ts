import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { Contract, ContractFactory, encodeBytes32String, ZeroAddress } from "ethers";
import hre, { network } from "hardhat";
import { epochOf, epochTypedData, publishEpoch } from "../../prover/chain/epochs.ts";
import { deployGate, type Gate, type GateTerms } from "../../prover/chain/gate.ts";
import { sign } from "../../prover/chain/signers.ts";
import type { Market } from "../../prover/market/types.ts";

const TERMS: GateTerms = {
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
const BOOK_TERMS = [2, 60, 3600, 1200, 10_000_000, 172_800];
const ASSETS = ["BTC", "ETH"];

export interface GateChain {
  readonly gate: Gate;
  readonly owner: string;
  /** What a wallet of the owner's would answer. */
  request(method: string, params: readonly unknown[]): Promise<unknown>;
}

/** A chain a few seconds after a market, with a gate whose book has that market as its epoch. */
export async function openGateChain(market: Market): Promise<GateChain> {
  const { ethers, provider } = await network.create({
    override: { initialDate: new Date((market.timestamp + 10) * 1000) },
  });
  const [publisher, owner] = (await ethers.getSigners()) as [HardhatEthersSigner, HardhatEthersSigner];
  const deploy = async (name: string, ...args: unknown[]): Promise<Contract> => {
    const { abi, bytecode } = await hre.artifacts.readArtifact(name);
    const contract = await new ContractFactory(abi as never[], bytecode, publisher).deploy(...args);
    return new Contract(await contract.getAddress(), abi as never[], publisher);
  };
  const listed: unknown[] = [];
  for (const asset of ASSETS) {
    const sources: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const feed = await deploy("ChainlinkMock", 6);
      await (await feed.getFunction("answer")(market.index[asset], market.timestamp + 10)).wait();
      const source = await deploy("ChainlinkSource", feed.target);
      sources.push([source.target, 172_800, 10_000_000, 50_000_000]);
    }
    listed.push([encodeBytes32String(asset), 2, sources]);
  }
  const oracle = await deploy("IndexOracle", listed, [ZeroAddress, 0]);
  const book = await deploy("EpochBook", oracle.target, ZeroAddress, BOOK_TERMS, 1, [publisher.address]);
  const { chainId } = await ethers.provider.getNetwork();
  const place = { chainId, book: book.target as string };
  const epoch = epochOf(market, { assets: ASSETS, settlementRoot: 1n, dataURI: "markets/deribit-2026-02-04.json" });
  await publishEpoch(place, publisher, epoch, [await sign(publisher, epochTypedData(place, epoch))]);
  const code = async (name: string): Promise<string> => (await hre.artifacts.readArtifact(name)).bytecode;
  const bytecode = {
    gate: await code("MarginGate"),
    verifiers: {
      4: await code("Margin4Verifier"),
      8: await code("Margin8Verifier"),
      16: await code("Margin16Verifier"),
      32: await code("Margin32Verifier"),
    },
  };
  return {
    gate: await deployGate(publisher, bytecode, place.book, TERMS),
    owner: owner.address,
    request: async (method, params) =>
      method === "eth_requestAccounts" || method === "eth_accounts"
        ? [owner.address]
        : provider.request({ method, params: [...params] }),
  };
}
