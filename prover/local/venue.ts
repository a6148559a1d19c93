import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BrowserProvider, Contract, type Eip1193Provider, getAddress, type Signer } from "ethers";
import { readBook } from "../chain/book.ts";
import { epochTypedData, publishEpoch } from "../chain/epochs.ts";
import { connectGuardians } from "../chain/guardians.ts";
import { sign } from "../chain/signers.ts";
import { TOKEN } from "../chain/vaultAbi.ts";
import { type Deployment, deployTacit } from "../deploy/deploy.ts";
import { feedPrices } from "../deploy/feed.ts";
import { parseParameters } from "../deploy/parameters.ts";
import { type EpochFile, parseEpochFile, writeEpochFile } from "../epoch/file.ts";
import { makeEpoch } from "../epoch/make.ts";
import type { Point } from "../hash/babyjub.ts";
import type { Market } from "../market/types.ts";
import { TacitError } from "../units/errors.ts";
import { writeWhole } from "../units/whole.ts";
import type { LocalChain } from "./chain.ts";

const PARAMETERS = "prover/deploy/local.json";
const SHARE = [
  ...TOKEN.fragments,
  "function asset() view returns (address)",
  "function deposit(uint256 assets, address receiver) returns (uint256 shares)",
];
/** Accounts before these deploy, publish and report; what they hold is nobody's affair. */
const FIRST_TRADER = 7;
const TRADERS = 13;
/** Whole units of each token that every trader begins with. */
const PURSE = 1_000_000n;

export const providerOf = (chain: LocalChain): BrowserProvider => {
  // The chain is in this process: asking it costs nothing, and what it said before says nothing of now.
  const options = { staticNetwork: true, cacheTimeout: -1 };
  const provider = new BrowserProvider(chain as unknown as Eip1193Provider, 31_337, options);
  provider.pollingInterval = 50;
  return provider;
};

/** The accounts that trade on a chain in a folder: Hardhat's, from the eighth on. */
export async function tradersOf(provider: BrowserProvider): Promise<string[]> {
  const accounts = (await provider.send("eth_accounts", [])) as string[];
  return accounts.slice(FIRST_TRADER, FIRST_TRADER + TRADERS).map((account) => getAddress(account));
}

/**
 * Deploys everything of the shipped local parameters to a chain, mints its mock tokens to the traders and registers a guardian,
 * number 1, kept by the deployer. Of the parameters' assets those that the market has an index of.
 * @param chain whose clock stands at the market's time
 * @throws TacitError `UNKNOWN_ASSET` when the market has an index of none of them
 */
export async function foundVenue(chain: LocalChain, market: Market, guardian: Point): Promise<Deployment> {
  const provider = providerOf(chain);
  const sender = await provider.getSigner(0);
  const text = await readFile(new URL(`../../${PARAMETERS}`, import.meta.url), "utf8");
  const shipped = parseParameters(text, PARAMETERS);
  const assets = shipped.assets.filter(({ symbol }) => Object.hasOwn(market.index, symbol));
  if (assets.length === 0) throw new TacitError("UNKNOWN_ASSET", "the market has an index of neither BTC nor ETH");
  const deployment = await deployTacit(
    { provider: chain as unknown as Eip1193Provider, sender: sender.address },
    { ...shipped, assets },
    { file: PARAMETERS, quick: true },
  );
  const traders = await tradersOf(provider);
  for (const { token } of shipped.vault?.collaterals ?? []) {
    const address = "mock" in token ? deployment.all[`Token_${token.mock}`] : undefined;
    if (address === undefined || !("mock" in token)) continue;
    await (token.shareOf === undefined ? mint(address, sender, traders) : mintShares(address, sender, traders));
  }
  const guardians = await connectGuardians(deployment.guardians ?? "", sender);
  await guardians.register(sender.address, guardian);
  return deployment;
}

async function mint(address: string, sender: Signer, traders: readonly string[]): Promise<void> {
  const token = new Contract(address, TOKEN, sender);
  const amount = PURSE * 10n ** BigInt(await token.getFunction("decimals")());
  for (const trader of traders) await (await token.getFunction("mint")(trader, amount)).wait();
}

async function mintShares(address: string, sender: Signer, traders: readonly string[]): Promise<void> {
  const share = new Contract(address, SHARE, sender);
  const underlying = new Contract(await share.getFunction("asset")(), TOKEN, sender);
  const amount = PURSE * 10n ** BigInt(await underlying.getFunction("decimals")());
  const all = amount * BigInt(traders.length);
  await (await underlying.getFunction("mint")(await sender.getAddress(), all)).wait();
  await (await underlying.getFunction("approve")(address, all)).wait();
  for (const trader of traders) await (await share.getFunction("deposit")(amount, trader)).wait();
}

/** The epoch file that a chain's folder has of its newest epoch. */
const epochPath = (folder: string, number: number): string => join(folder, `epoch-${number}.json`);

/**
 * Publishes a market as the next epoch of a chain in a folder: its clock goes to the market's time, the vendors say its prices,
 * the publishers sign. The epoch's file stays in the folder.
 * @throws TacitError `EPOCH_NOT_AFTER`, `UNKNOWN_ASSET`, `NO_CHAIN` when the folder lost the epoch before; what the book refuses
 */
export async function publishMarket(
  chain: LocalChain,
  address: string,
  market: Market,
): Promise<{ readonly number: number; readonly file: string }> {
  const provider = providerOf(chain);
  await chain.goTo(market.timestamp);
  const book = await readBook(provider, address);
  const signer = await provider.getSigner(0);
  await feedPrices({ provider, book: address }, market.index, book.assets, (one) => provider.getSigner(one), signer);
  const previous = book.latest === 0 ? undefined : await readEpochFile(epochPath(chain.folder, book.latest));
  const made = await makeEpoch(market, { ...book, dataURI: "market.json", previous });
  const publishers = await Promise.all(book.publishers.members.map((one) => provider.getSigner(one)));
  const signatures = await Promise.all(publishers.map((one) => sign(one, epochTypedData(book, made.epoch))));
  // Before it is published: one that the book took and the folder lost would leave the next without its settlements.
  const file = epochPath(chain.folder, book.latest + 1);
  await writeWhole(file, new TextEncoder().encode(writeEpochFile({ ...made, signatures })));
  const { number } = await publishEpoch(book, signer, made.epoch, signatures);
  return { number, file };
}

async function readEpochFile(path: string): Promise<EpochFile> {
  const text = await readFile(path, "utf8").catch((cause) => {
    throw new TacitError("NO_CHAIN", `${path} is missing: the settlements of the next epoch follow from it`, { cause });
  });
  return parseEpochFile(text, path);
}
