import { Interface, Wallet } from "ethers";
import hre from "hardhat";
import { beforeAll, expect, it } from "vitest";
import {
  BOOK,
  type BookPlace,
  type Epoch,
  epochDigest,
  epochOf,
  epochTypedData,
  publishEpoch,
} from "../../prover/chain/epochs.ts";
import { quorumOf, sign } from "../../prover/chain/signers.ts";
import { Price } from "../../prover/units/units.ts";
import { coinMarket } from "../contracts/market.ts";
import { CHAIN, openVenues } from "./venues.ts";

const START = Date.parse("2025-10-10T21:00:00Z") / 1000;
const PRICE = "113182.2";
const URI = "https://example.org/market.json";
const TERMS = [2, 600, 7200, 1200, 10_000_000, 172_800];
let venues: Awaited<ReturnType<typeof openVenues>>;
let place: BookPlace;
let book: Awaited<ReturnType<typeof venues.deploy>>;
let epoch: Epoch;

beforeAll(async () => {
  venues = await openVenues(["COIN"], START);
  book = await venues.deploy("EpochBook", venues.oracle.target, venues.none, TERMS, 2, venues.members);
  place = { chainId: CHAIN, book: book.target as string };
  const price = Price.parse(PRICE, "price");
  await venues.chainlink(0, price);
  await venues.pyth(0, price);
  await venues.report(0, price, venues.reporters);
  const market = await coinMarket(await venues.time(), PRICE);
  epoch = epochOf(market, { assets: ["COIN"], settlementRoot: 7n, dataURI: URI });
});

it("knows what it uses of the book as the compiler does", async () => {
  const real = new Interface((await hre.artifacts.readArtifact("EpochBook")).abi as never[]);
  const entries = real.fragments.map((fragment) => fragment.format("full"));
  for (const fragment of BOOK.fragments) expect(entries).toContain(fragment.format("full"));
});

it("takes an epoch from a market: both roots, the index, the file's hash", async () => {
  const market = await coinMarket(epoch.timestamp, PRICE);
  expect(epoch).toEqual({
    timestamp: market.timestamp,
    index: [113_182_200_000n],
    requirementRoots: [market.sets.maintenance.requirementRoot, market.sets.initial.requirementRoot],
    settlementRoot: 7n,
    dataHash: `0x${"00".repeat(31)}01`,
    dataURI: URI,
  });
  expect(() => epochOf(market, { assets: ["toString"], settlementRoot: 7n, dataURI: URI })).toThrow(/no index price/);
});

it("computes the digest that the book computes", async () => {
  expect(epochDigest(place, epoch)).toBe(await book.getFunction("digestOf")(epoch));
});

it("refuses to submit without a quorum of the book's own publishers", async () => {
  const [one, two] = venues.reporters;
  const submitter = venues.signers[5];
  if (one === undefined || two === undefined || submitter === undefined) throw new Error("no signers");
  const data = epochTypedData(place, epoch);
  const first = await sign(one, data);
  await expect(publishEpoch(place, submitter, epoch, [first, first])).rejects.toThrow("1 of the 2 signatures");
  const foreign = await sign(Wallet.createRandom(), data);
  await expect(publishEpoch(place, submitter, epoch, [first, foreign])).rejects.toThrow("is not a publisher");
  expect(quorumOf([await sign(two, data), first], 2).map(({ signer }) => signer)).toEqual([one.address, two.address]);
});

it("publishes what a quorum signed, whoever submits it, and reads it back", async () => {
  const data = epochTypedData(place, epoch);
  const all = await Promise.all(venues.reporters.map((publisher) => sign(publisher, data)));
  const submitter = venues.signers[5];
  if (submitter === undefined) throw new Error("no signer");
  expect((await publishEpoch(place, submitter, epoch, all.reverse())).number).toBe(1);
  const stored = await book.getFunction("epochOf")(1);
  expect([...stored.requirementRoots]).toEqual(epoch.requirementRoots);
  expect([...stored.index]).toEqual(epoch.index);
  expect([stored.timestamp, stored.settlementRoot, stored.dataHash]).toEqual([
    BigInt(epoch.timestamp),
    7n,
    epoch.dataHash,
  ]);
});

it("costs the gas that the snapshot says, without calldata and the flat 21000", async () => {
  const price = Price.parse(PRICE, "price");
  const [publisher] = venues.signers;
  const report = await venues.report(0, price, venues.reporters);
  await venues.go(Number(epoch.timestamp) + 900);
  await venues.chainlink(0, price);
  const second = { ...epoch, timestamp: epoch.timestamp + 900 };
  const data = epochTypedData(place, second);
  if (publisher === undefined) throw new Error("no signer");
  const published = await publishEpoch(
    place,
    publisher,
    second,
    await Promise.all(venues.reporters.map((one) => sign(one, data))),
  );
  // Estimates would show the gas held in reserve for each source; a transaction shows what is spent.
  const asTransaction = async (contract: typeof book, name: string, argument: number): Promise<string> => {
    const data = contract.interface.encodeFunctionData(name, [argument]);
    return (await publisher.sendTransaction({ to: contract.target as string, data, gasLimit: 1_000_000 })).hash;
  };
  // Signatures and times hold more or fewer zero bytes, which calldata is charged by.
  const execution = async (hash: string): Promise<number> => {
    const data = (await venues.ethers.provider.getTransaction(hash))?.data ?? "0x";
    const bytes = Buffer.from(data.slice(2), "hex");
    const used = (await venues.ethers.provider.getTransactionReceipt(hash))?.gasUsed ?? 0n;
    return Number(used) - 21_000 - bytes.reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), 0);
  };
  const gas = {
    report: await execution(report.hash),
    publish: await execution(published.hash),
    indexOf: await execution(await asTransaction(venues.oracle, "indexOf", 0)),
    driftOf: await execution(await asTransaction(book, "driftOf", 1)),
  };
  await expect(`${JSON.stringify(gas, null, 2)}\n`).toMatchFileSnapshot("gas.snapshot.json");
});
