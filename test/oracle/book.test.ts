import { encodeBytes32String, Interface, Wallet, ZeroAddress } from "ethers";
import hre from "hardhat";
import { beforeAll, expect, it } from "vitest";
import { askContracts, type Book, ORACLE, readBook, readEpoch } from "../../prover/chain/book.ts";
import { BOOK_ERRORS, bookRefusal } from "../../prover/chain/bookRefusal.ts";
import { epochOf, epochTypedData, publishEpoch } from "../../prover/chain/epochs.ts";
import { sign } from "../../prover/chain/signers.ts";
import { Price } from "../../prover/units/units.ts";
import { coinMarket } from "../contracts/market.ts";
import { openVenues } from "./venues.ts";

const START = Date.parse("2025-10-10T21:00:00Z") / 1000;
const PRICE = "113182.2";
let venues: Awaited<ReturnType<typeof openVenues>>;
let address: string;
const times: number[] = [];
let book: Book;

beforeAll(async () => {
  venues = await openVenues(["COIN"], START);
  const terms = [2, 600, 7200, 1200, 10_000_000, 172_800];
  const deployed = await venues.deploy("EpochBook", venues.oracle.target, ZeroAddress, terms, 2, venues.members);
  address = deployed.target as string;
  const price = Price.parse(PRICE, "price");
  const [submitter] = venues.signers;
  if (submitter === undefined) throw new Error("no signer");
  for (let n = 1; n <= 3; n++) {
    await venues.go(START + n * 1000);
    await venues.chainlink(0, price);
    await venues.pyth(0, price);
    const market = await coinMarket(await venues.time(), PRICE);
    times.push(market.timestamp);
    const epoch = epochOf(market, { assets: ["COIN"], settlementRoot: BigInt(n), dataURI: "" });
    const data = epochTypedData({ chainId: 31337n, book: address }, epoch);
    const signatures = await Promise.all(venues.reporters.map((one) => sign(one, data)));
    await publishEpoch({ chainId: 31337n, book: address }, submitter, epoch, signatures);
  }
  book = await readBook(venues.ethers.provider, address);
});

it("knows what it uses of the oracle as the compiler does", async () => {
  const real = new Interface((await hre.artifacts.readArtifact("IndexOracle")).abi as never[]);
  const entries = real.fragments.map((fragment) => fragment.format("full"));
  for (const fragment of ORACLE.fragments) expect(entries).toContain(fragment.format("full"));
});

it("reads chain, assets, publishers and latest epoch of a book, and finds none elsewhere", () => {
  expect(book).toEqual({
    chainId: 31337n,
    book: address,
    assets: ["COIN"],
    publishers: { threshold: 2, members: venues.members },
    latest: 3,
  });
  return expect(readBook(venues.ethers.provider, venues.members[0] ?? "")).rejects.toThrow("no epoch book answers");
});

it("finds epochs by number and by time, and says when there is none", async () => {
  for (const [i, timestamp] of times.entries()) {
    const number = i + 1;
    const found = await readEpoch(venues.ethers.provider, book, { timestamp });
    expect(found).toMatchObject({
      number,
      epoch: { timestamp, index: [113_182_200_000n], settlementRoot: BigInt(number) },
    });
    expect(await readEpoch(venues.ethers.provider, book, { number })).toEqual(found);
  }
  for (const which of [{ timestamp: START }, { timestamp: (times[2] ?? 0) + 1 }, { number: 4 }, { number: 0 }]) {
    await expect(readEpoch(venues.ethers.provider, book, which)).rejects.toThrow("the book has no epoch of");
  }
});

it("asks signers that are contracts, and only those", async () => {
  const contract = await venues.deploy("ContractSigner");
  const digest = `0x${"ab".repeat(32)}`;
  const signatures = [contract.target as string, Wallet.createRandom().address].map((signer) => ({
    signer,
    data: "0x01",
  }));
  const ask = async () => [...(await askContracts(venues.ethers.provider, digest, signatures)).entries()];
  expect(await ask()).toEqual([[contract.target, false]]);
  await venues.send(contract, "approve", digest);
  expect(await ask()).toEqual([[contract.target, true]]);
  const none = [{ signer: address, data: "0x01" }];
  expect([...(await askContracts(venues.ethers.provider, digest, none)).values()]).toEqual([false]);
});

it("knows the refusals of a book, its oracle and its signers as the compiler does", async () => {
  const faces = await Promise.all(["EpochBook", "IIndexOracle"].map((name) => hre.artifacts.readArtifact(name)));
  const entries = faces.flatMap(({ abi }) => new Interface(abi as never[]).fragments.map((one) => one.format("full")));
  for (const fragment of BOOK_ERRORS.fragments) expect(entries).toContain(fragment.format("full"));
});

it("has words for each of them, and none for what is no refusal", () => {
  const sample: Readonly<Record<string, unknown>> = {
    address: venues.members[0],
    bytes32: encodeBytes32String("COIN"),
  };
  BOOK_ERRORS.forEachError((error) => {
    const data = BOOK_ERRORS.encodeErrorResult(
      error,
      error.inputs.map(({ type }) => sample[type] ?? 1_000_000),
    );
    expect(bookRefusal({ data }), error.name).toMatchObject({
      code: "EPOCH_REFUSED",
      message: expect.stringMatching(/^the book refuses the epoch: \S.*[^ ]$/),
    });
  });
  const other = new Error("connection reset");
  expect(bookRefusal(other)).toBe(other);
});
