import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { type BaseContract, Contract, encodeBytes32String, ZeroAddress } from "ethers";
import hre, { network } from "hardhat";
import { reportTypedData } from "../../prover/chain/reports.ts";
import { quorumOf, sign } from "../../prover/chain/signers.ts";
import { Price } from "../../prover/units/units.ts";

export const BOUND = 50_000_000n; // 5% in 1e-9
export const AGE = 3600;
export const GRACE = 1800;
export const CHAIN = 31337n;

export const FAULTS = ["none", "absent", "out of range", "future", "stale", "uncertain", "deviates"] as const;

/** A fresh chain on which every asset has a Chainlink feed, a Pyth price and 2 of 3 reporters, behind one oracle. */
export async function openVenues(assets: readonly string[], start: number) {
  const { ethers, provider } = await network.create({ override: { initialDate: new Date(start * 1000) } });
  const signers = (await ethers.getSigners()) as HardhatEthersSigner[];
  const reporters = signers.slice(1, 4).sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  const members = reporters.map(({ address }) => address);
  const deploy = async (name: string, ...args: unknown[]) => {
    const { abi, bytecode } = await hre.artifacts.readArtifact(name);
    const contract = await new ethers.ContractFactory(abi as never[], bytecode, signers[0]).deploy(...args);
    return new Contract(await contract.getAddress(), abi as never[], signers[0]);
  };
  const address = (contract: BaseContract) => contract.target as string;
  const send = async (contract: Contract, name: string, ...args: unknown[]) =>
    (await contract.getFunction(name)(...args)).wait();

  const uptime = await deploy("ChainlinkMock", 0);
  await send(uptime, "answer", 0, start - 2 * GRACE);
  const pyth = await deploy("PythMock");
  const venues = assets.map((name) => ({ symbol: encodeBytes32String(name) }));
  const feeds: Contract[] = [];
  const reports: Contract[] = [];
  const listed: unknown[] = [];
  for (const { symbol } of venues) {
    const feed = await deploy("ChainlinkMock", 8);
    await send(pyth, "update", symbol, 1, 0, -8, start);
    const report = await deploy("SignedSource", symbol, 2, members);
    const sources = [
      await deploy("ChainlinkSource", address(feed)),
      await deploy("PythSource", address(pyth), symbol),
      report,
    ].map((source) => [address(source), AGE, 10_000_000n, BOUND]);
    listed.push([symbol, 2, sources]);
    feeds.push(feed);
    reports.push(report);
  }
  const oracle = await deploy("IndexOracle", listed, [address(uptime), GRACE]);
  const time = async () => (await ethers.provider.getBlock("latest"))?.timestamp ?? 0;
  const at = (list: Contract[], i: number): Contract => {
    const one = list[i];
    if (one === undefined) throw new Error(`no asset ${i}`);
    return one;
  };

  return {
    ethers,
    signers,
    reporters,
    members,
    oracle,
    deploy,
    send,
    time,
    /** Mines a block at this second. */
    async go(seconds: number) {
      await provider.request({ method: "evm_setNextBlockTimestamp", params: [seconds] });
      await provider.request({ method: "evm_mine", params: [] });
    },
    sequencer: async (up: boolean) => send(uptime, "answer", up ? 0 : 1, await time()),
    /** Chainlink answers in 1e-8, Pyth with a confidence of 2 basis points. */
    chainlink: async (i: number, price: Price, when?: number) =>
      send(at(feeds, i), "answer", price * 100n, when ?? (await time())),
    pyth: async (i: number, price: Price) =>
      send(pyth, "update", venues[i]?.symbol, price * 100n, price / 50n, -8, await time()),
    /** Reports as these of the reporters sign it. */
    async report(i: number, price: Price, by: readonly HardhatEthersSigner[]) {
      const [asset, timestamp] = [venues[i]?.symbol ?? "", await time()];
      const said = { asset, price, confidence: Price.of(0n, "confidence"), timestamp };
      const data = reportTypedData({ chainId: CHAIN, source: address(at(reports, i)) }, said);
      const signatures = quorumOf(await Promise.all(by.map((reporter) => sign(reporter, data))), 2);
      return send(at(reports, i), "report", price, said.confidence, timestamp, signatures);
    },
    index: async (i: number): Promise<Price> => (await oracle.getFunction("indexOf")(i)).price,
    /** Why each source counts or not: Chainlink, Pyth, reporters. */
    faults: async (i: number): Promise<string[]> =>
      (await oracle.getFunction("readingsOf")(i)).map(({ fault }: { fault: bigint }) => FAULTS[Number(fault)]),
    /** The oracle's refusal of an index, by name. */
    refusal: async (i: number): Promise<string | undefined> =>
      oracle
        .getFunction("indexOf")(i)
        .then(
          () => undefined,
          (failure: { data?: string }) => oracle.interface.parseError(failure.data ?? "0x")?.name,
        ),
    none: ZeroAddress,
  };
}
