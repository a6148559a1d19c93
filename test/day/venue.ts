import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { type Contract, encodeBytes32String, type Provider, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { epochTypedData, publishEpoch } from "../../prover/chain/epochs.ts";
import { connectGate, type Gate, type GateTerms } from "../../prover/chain/gate.ts";
import { connectGuardians, type Guardians } from "../../prover/chain/guardians.ts";
import { sign } from "../../prover/chain/signers.ts";
import { connectVault, type Vault, type VaultTerms } from "../../prover/chain/vault.ts";
import type { EpochFile } from "../../prover/epoch/file.ts";
import { makeEpoch } from "../../prover/epoch/make.ts";
import type { BuiltMarket } from "../../prover/market/build.ts";
import type { NamedShare } from "../../prover/market/share.ts";
import { compiled, deploy } from "../contracts/chain.ts";
import { ETH, SHARE, SHARE_NAME } from "./markets.ts";

export const ASSETS = ["BTC", "ETH"] as const;
const [QUORUM, PUBLISHERS] = [2, 3];
const BOOK_TERMS = [2, 120, 7200, 1200, 10_000_000, 172_800];

/** Leases that reach over a night without epochs, and a band that holds the day's fall. */
const GATE_TERMS: GateTerms = {
  maxEpochAge: 7200,
  leaseMaintenance: 7200,
  leaseInitial: 120_000,
  grace: 7200,
  band: 200_000_000,
  coverageMaintenance: 10_000,
  coverageInitial: 10_000,
  challengeWindow: 900,
  challengeCooldown: 86_400,
  challengeBond: 10n ** 16n,
};

/** A reduction may give up 250 USD at the mark, and all of an account's within a day 5,000. */
export const VAULT_TERMS: VaultTerms = {
  feeBound: 250n * 10n ** 12n,
  feeBudget: 5000n * 10n ** 12n,
  feeWindow: 86_400,
};

const GROWTH = 10n ** 17n; // 10% a year

/** A token that the vault takes, as the tests mint it. */
export interface Token {
  readonly asset: number;
  readonly contract: Contract;
  /** Base units per 1e-6. */
  readonly unit: bigint;
  mint(to: string, amount: bigint): Promise<void>;
}

/** Hardhat's chain with everything on it, and every verifier the real one. */
export interface Venue {
  readonly provider: Provider;
  readonly chainId: bigint;
  readonly admin: HardhatEthersSigner;
  readonly keeper: HardhatEthersSigner;
  readonly people: readonly HardhatEthersSigner[];
  readonly vault: Vault;
  readonly gate: Gate;
  readonly guardians: Guardians;
  readonly tokens: readonly Token[];
  readonly share: Contract;
  readonly shareRate: Contract;
  readonly book: string;
  /** Mines a block at this second. */
  go(seconds: number): Promise<void>;
  now(): Promise<number>;
  /** What the share's contract says now, as a market takes it. */
  shares(): Promise<NamedShare[]>;
  /** The feeds say the market's prices, and a quorum publishes its epoch. */
  publish(built: BuiltMarket, previous: EpochFile | undefined): Promise<EpochFile>;
  request(method: string, params: unknown[]): Promise<unknown>;
}

/**
 * @param start unix seconds of the first block
 * @param count how many people there are besides those who run the venue
 */
export async function openVenue(start: number, count: number, chainId = 31337): Promise<Venue> {
  const accounts = { count: count + 2 + PUBLISHERS } as never;
  const { ethers, provider: edr } = await network.create({
    override: { chainId, initialDate: new Date(start * 1000), accounts },
  });
  const request = (method: string, params: unknown[]): Promise<unknown> => edr.request({ method, params });
  const [admin, keeper, ...others] = await ethers.getSigners();
  if (admin === undefined || keeper === undefined) throw new Error("no signers");
  const publishers = others.slice(0, PUBLISHERS);
  const feeds: Contract[][] = [];
  const assets: unknown[] = [];
  for (const name of ASSETS) {
    const own: Contract[] = [];
    const sources: unknown[] = [];
    for (let i = 0; i < 3; i += 1) {
      const feed = await deploy(admin, "ChainlinkMock", 6);
      own.push(feed);
      sources.push([(await deploy(admin, "ChainlinkSource", feed.target)).target, 172_800, 10_000_000, 50_000_000]);
    }
    feeds.push(own);
    assets.push([encodeBytes32String(name), 2, sources]);
  }
  const oracle = await deploy(admin, "IndexOracle", assets, [ZeroAddress, 0]);
  const members = publishers.map(({ address }) => address).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  const book = await deploy(admin, "EpochBook", oracle.target, ZeroAddress, BOOK_TERMS, QUORUM, members);

  const coin = await deploy(admin, "TokenMock", "USDC", 6);
  const ether = await deploy(admin, "TokenMock", "WETH", 18);
  const share = await deploy(admin, "ShareMock", SHARE_NAME, ether.target, 0);
  const send = async (contract: Contract, name: string, ...args: unknown[]): Promise<void> => {
    await (await contract.getFunction(name)(...args)).wait();
  };
  // Somebody held shares before the day began, and the vault has earned since.
  await send(ether, "mint", admin.address, 10n ** 22n);
  await send(ether, "approve", share.target, 2n ** 255n);
  await send(share, "deposit", 10n ** 21n, admin.address);
  await send(ether, "mint", share.target, 43n * 10n ** 18n);
  const shareRate = await deploy(admin, "ShareRate", share.target, GROWTH);

  const guardians = await deploy(admin, "Guardians", admin.address, 3600);
  const transition = await deploy(admin, "TransitionVerifier");
  const disclose = await deploy(admin, "DiscloseVerifier");
  const listed = [
    [coin.target, 0, 1n],
    [ether.target, ETH, 10n ** 12n],
    [share.target, SHARE, 10n ** 12n],
  ];
  const vault = await deploy(admin, "Vault", guardians.target, transition.target, disclose.target, VAULT_TERMS, listed);
  const verifiers: unknown[] = [];
  for (const size of [4, 8, 16, 32]) verifiers.push((await deploy(admin, `Margin${size}Verifier`)).target);
  const gate = await deploy(admin, "MarginGate", book.target, GATE_TERMS, verifiers, vault.target);
  await send(vault, "bind", gate.target);
  const known = await compiled("Vault");
  if (known.bytecode.length > 2 * 24_576 * 2) throw new Error("the vault is no contract that a chain takes");

  const tokens: Token[] = [
    {
      asset: 0,
      contract: coin,
      unit: 1n,
      mint: (to, amount) => send(coin, "mint", to, amount),
    },
    {
      asset: ETH,
      contract: ether,
      unit: 10n ** 12n,
      mint: (to, amount) => send(ether, "mint", to, amount * 10n ** 12n),
    },
    {
      asset: SHARE,
      contract: share,
      unit: 10n ** 12n,
      async mint(to, amount) {
        const shares = amount * 10n ** 12n;
        const needed: bigint = await share.getFunction("previewMint").staticCall(shares);
        await send(ether, "mint", admin.address, needed);
        await send(share, "mint", shares, to);
      },
    },
  ];
  const now = async (): Promise<number> => (await ethers.provider.getBlock("latest"))?.timestamp ?? 0;
  const place = { chainId: BigInt(chainId), book: book.target as string };
  return {
    provider: ethers.provider,
    chainId: BigInt(chainId),
    admin,
    keeper,
    people: others.slice(PUBLISHERS),
    vault: await connectVault(vault.target as string, admin),
    gate: await connectGate(gate.target as string, admin),
    guardians: await connectGuardians(guardians.target as string, admin),
    tokens,
    share,
    shareRate,
    book: place.book,
    request,
    now,
    async go(seconds) {
      await request("evm_setNextBlockTimestamp", [seconds]);
      await request("evm_mine", []);
    },
    async shares() {
      const read = (name: string) => shareRate.getFunction(name).staticCall();
      const [told, growth, [rate, time]] = await Promise.all([read("told"), read("growth"), read("anchor")]);
      return [{ name: SHARE_NAME, underlying: "ETH", rate: told, growth, anchor: { rate, time: Number(time) } }];
    },
    async publish({ market }, previous) {
      for (const [i, name] of ASSETS.entries()) {
        for (const feed of feeds[i] ?? []) await send(feed, "answer", market.index[name], await now());
      }
      const file = await makeEpoch(market, { ...place, assets: ASSETS, dataURI: "day.json", previous });
      const typed = epochTypedData(place, file.epoch);
      const signatures = await Promise.all(publishers.slice(0, QUORUM).map((each) => sign(each, typed)));
      await publishEpoch(place, admin, file.epoch, signatures);
      return { ...file, signatures };
    },
  };
}
