import { Wallet } from "ethers";
import { beforeAll, describe, expect, it } from "vitest";
import { epochDigest, epochTypedData } from "../../prover/chain/epochs.ts";
import { sign } from "../../prover/chain/signers.ts";
import type { EpochFile } from "../../prover/epoch/file.ts";
import { makeEpoch } from "../../prover/epoch/make.ts";
import { type EpochSources, verifyEpoch } from "../../prover/epoch/verify.ts";
import { type BuiltMarket, buildMarket } from "../../prover/market/build.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { buildSettlementTree } from "../../prover/market/settlement.ts";
import { Price } from "../../prover/units/units.ts";
import { HISTORIES, SMALL_CHAIN } from "../market/samples.ts";

const BOOK = { chainId: 31337n, book: "0x5FbDB2315678afecb367f032d93F642f64180aa3" };
const EXPIRY = Date.parse("2026-02-06T08:00:00Z") / 1000;
const keys = [1n, 2n, 3n].map((n) => new Wallet(`0x${n.toString(16).padStart(64, "0")}`));
const given = { ...BOOK, assets: ["BTC"], dataURI: "https://example.org/market.json" };
let one: BuiltMarket;
let two: BuiltMarket;
let first: EpochFile;
let second: EpochFile;

const signedBy = async (file: EpochFile, wallets: readonly Wallet[]): Promise<EpochFile> => ({
  ...file,
  signatures: await Promise.all(wallets.map((wallet) => sign(wallet, epochTypedData(file, file.epoch)))),
});

beforeAll(async () => {
  const request = { histories: { BTC: HISTORIES.BTC }, profile: loadProfile("linear") };
  one = await buildMarket({ ...request, chain: SMALL_CHAIN, listings: [] });
  const later = new TextDecoder()
    .decode(SMALL_CHAIN.bytes)
    .replaceAll("2026-02-04T", "2026-02-07T")
    .replace(/^.*BTC-6FEB26.*\n/gm, "")
    .replaceAll("2026-02-04 ", "2026-02-07 ");
  const chain = { name: "later.csv", bytes: new TextEncoder().encode(later) };
  const settlements = { BTC: { [EXPIRY]: 71_234.5 } };
  two = await buildMarket({ ...request, histories: {}, chain, listings: one.listings, settlements });
  first = await signedBy(await makeEpoch(one.market, given), keys.slice(0, 2));
  second = await signedBy(await makeEpoch(two.market, { ...given, previous: first }), keys.slice(0, 2));
});

/** Verifies the second epoch with something changed, and gives what failed. */
async function failures(change: Partial<EpochFile["epoch"]>, more: Partial<EpochSources> & { file?: never } = {}) {
  const epoch = { ...second.epoch, ...change };
  const value = await signedBy({ ...second, epoch }, keys.slice(0, 2));
  const file = { name: "epoch.json", value };
  const { ok, steps } = await verifyEpoch({ market: { name: "two.json", value: two.fileBytes }, file, ...more });
  const failed = steps.filter((step) => !step.ok);
  expect(ok).toBe(failed.length === 0);
  return failed.map(({ name, detail }) => `${name}: ${detail}`);
}

const published = (value: EpochFile, change: object = {}): NonNullable<EpochSources["published"]> => ({
  name: "epoch 2 of the book",
  value: { ...BOOK, number: 2, assets: value.assets, epoch: { ...value.epoch, ...change } },
});

describe("an epoch of a market", () => {
  it("holds against its market, the epoch before, the book and its publishers", async () => {
    const report = await verifyEpoch({
      market: { name: "two.json", value: two.fileBytes },
      file: { name: "epoch.json", value: second },
      previous: { name: "before.json", value: first },
      published: published(second),
      publishers: { threshold: 2, members: keys.map(({ address }) => address) },
    });
    expect(report.steps.map(({ name, ok }) => [name, ok])).toEqual(
      ["market", "epoch", "settlements", "previous", "book", "signatures"].map((name) => [name, true]),
    );
    expect(report).toMatchObject({ ok: true, notCompared: ["the market with its sources (`tacit market verify`)"] });
  });

  it("settles what expired, and says what was not compared", async () => {
    expect(first.settlements).toEqual([]);
    expect(second.settlements.length).toBeGreaterThan(10);
    const report = await verifyEpoch({
      market: { name: "two.json", value: two.fileBytes },
      published: published(second),
    });
    expect(report.ok).toBe(true);
    expect(report.notCompared.join()).toMatch(/--epoch.*--previous/);
  });

  it("is not another time's, price's, root's or file's", async () => {
    const [maintenance = 0n, initial = 0n] = second.epoch.requirementRoots;
    expect(await failures({})).toEqual([]);
    expect(await failures({ timestamp: second.epoch.timestamp + 1 })).toEqual([
      expect.stringMatching(/^epoch: epoch\.json: timestamp is \d+, the market gives \d+$/),
    ]);
    expect(await failures({ index: [(second.epoch.index[0] ?? 0n) + 1n] })).toEqual([
      expect.stringMatching(/^epoch: epoch\.json: index\[0\] of BTC is [\d.]+, the market gives [\d.]+$/),
    ]);
    expect(await failures({ requirementRoots: [initial, maintenance] })).toEqual([
      expect.stringMatching(/requirementRoots\.maintenance is 0x.*; epoch\.json: requirementRoots\.initial is 0x/),
    ]);
    expect(await failures({ dataHash: `0x${"12".repeat(32)}` })).toEqual([
      expect.stringContaining("dataHash is 0x1212"),
    ]);
    expect(await failures({ settlementRoot: 5n })).toEqual([
      expect.stringMatching(/^settlements: epoch\.json: settlementRoot is 0x0+5, its settlements give 0x/),
    ]);
  });

  it("is not of a market file of which one byte differs", async () => {
    const bytes = new TextEncoder().encode(new TextDecoder().decode(two.fileBytes).replace('"venue"', ' "venue"'));
    const file = { name: "epoch.json", value: second };
    const { ok, steps } = await verifyEpoch({ market: { name: "two.json", value: bytes }, file });
    expect(ok).toBe(false);
    expect(steps.filter((step) => !step.ok).map(({ name }) => name)).toEqual(["market", "epoch"]);
  });

  it("has no settlement changed, left out, made up or of what still trades", async () => {
    const check = async (settlements: EpochFile["settlements"], previous?: EpochFile) => {
      const { root: settlementRoot } = await buildSettlementTree(settlements);
      const value = await signedBy({ ...second, settlements, epoch: { ...second.epoch, settlementRoot } }, keys);
      const { steps } = await verifyEpoch({
        market: { name: "two.json", value: two.fileBytes },
        file: { name: "epoch.json", value },
        ...(previous === undefined ? {} : { previous: { name: "before.json", value: previous } }),
      });
      return steps.filter((step) => !step.ok).map(({ detail }) => detail);
    };
    const [a, ...rest] = second.settlements;
    if (a === undefined) throw new Error("nothing settled");
    const more = Price.of(a.price + 1n, "price");
    expect(await check([{ ...a, price: more }, ...rest])).toEqual([
      expect.stringContaining(`instrument ${a.id} has settled`),
    ]);
    expect(await check(rest)).toEqual([expect.stringContaining(`instrument ${a.id} is missing`)]);
    const alive = two.market.instruments.at(-1)?.id ?? 0;
    const trading = [...second.settlements, { id: alive, price: a.price }].sort((x, y) => x.id - y.id);
    expect(await check(trading)).toEqual([expect.stringContaining(`instrument ${alive} has settled already`)]);
    // An old settlement that the market knows nothing of: only the epoch before shows that it was made up, or dropped.
    const old = { id: 4000, price: a.price };
    expect(await check([...second.settlements, old])).toEqual([]);
    expect(await check([...second.settlements, old], first)).toEqual([
      expect.stringContaining("instrument 4000 has a price, before.json gives none"),
    ]);
    const earlier = { ...first, settlements: [old] };
    expect(await check([...second.settlements, old], earlier)).toEqual([]);
    expect(await check(second.settlements, earlier)).toEqual([expect.stringContaining("instrument 4000 is missing")]);
  });

  it("follows an earlier epoch of the same book", async () => {
    const earlier = (change: Partial<EpochFile>) => ({
      previous: { name: "before.json", value: { ...first, ...change } },
    });
    expect(await failures({}, earlier({}))).toEqual([]);
    const late = earlier({ epoch: { ...first.epoch, timestamp: second.epoch.timestamp } });
    expect(await failures({}, late)).toEqual([expect.stringContaining("before.json: timestamp")]);
    expect(await failures({}, earlier({ chainId: 1n }))).toEqual([expect.stringContaining("on chain 1")]);
    await expect(makeEpoch(two.market, { ...given, previous: second })).rejects.toThrow("is not after");
  });
});

describe("signatures of an epoch", () => {
  const members = keys.map(({ address }) => address);
  const check = async (value: EpochFile, more: Partial<EpochSources> = {}) => {
    const file = { name: "epoch.json", value };
    const { steps } = await verifyEpoch({ market: { name: "one.json", value: one.fileBytes }, file, ...more });
    const found = steps.find(({ name }) => name === "signatures");
    return `${found?.ok}: ${found?.detail}`;
  };

  it("are each over this epoch, for this book and chain", async () => {
    expect(await check(first)).toContain(`true: signed by ${members[0]}, ${members[1]}`);
    const unsigned = { name: "epoch.json", value: { ...first, signatures: [] } };
    const { ok, notCompared } = await verifyEpoch({
      market: { name: "one.json", value: one.fileBytes },
      file: unsigned,
    });
    expect([ok, notCompared[0]]).toEqual([true, expect.stringContaining("--previous")]);
    expect(notCompared).toContain("signatures: nobody has signed yet");
    for (const change of [
      { chainId: 1n },
      { book: members[0] ?? "" },
      { epoch: { ...first.epoch, dataURI: "elsewhere" } },
      { signatures: second.signatures },
    ]) {
      expect(await check({ ...first, ...change })).toMatch(/^false: epoch\.json: signatures\[0\] is not 0x/);
    }
  });

  it("make a quorum of the book's publishers, of whom contracts are asked", async () => {
    expect(await check(first, { publishers: { threshold: 2, members } })).toMatch(/^true/);
    expect(await check(first, { publishers: { threshold: 3, members } })).toContain("2 of the 3 that a quorum takes");
    const some = { threshold: 1, members: members.slice(1) };
    expect(await check(first, { publishers: some })).toContain(`signatures[0]: ${members[0]} is not a publisher`);
    const contract = { ...first, signatures: [{ signer: members[0] ?? "", data: "0x01" }] };
    expect(await check(contract)).toContain("if that is a contract, ask it with --rpc");
    const asked = (answer: boolean) => ({ contracts: new Map([[members[0] ?? "", answer]]) });
    expect(await check(contract, asked(true))).toMatch(/^true/);
    expect(await check(contract, asked(false))).toMatch(/^false/);
  });
});

describe("a published epoch", () => {
  const check = async (change: object, more: Partial<EpochSources> = {}) => {
    const market = { name: "two.json", value: two.fileBytes };
    const { steps } = await verifyEpoch({ market, published: published(second, change), ...more });
    return steps.filter((step) => !step.ok).map(({ detail }) => detail);
  };

  it("is compared field by field", async () => {
    expect(await check({})).toEqual([]);
    for (const [field, change] of Object.entries({
      timestamp: { timestamp: 1 },
      "index[0] of BTC": { index: [1n] },
      "requirementRoots.initial": { requirementRoots: [second.epoch.requirementRoots[0], 1n] },
      settlementRoot: { settlementRoot: 1n },
      dataHash: { dataHash: `0x${"00".repeat(32)}` },
    })) {
      expect(await check(change)).toEqual([expect.stringContaining(`epoch 2 of the book: ${field} is`)]);
    }
  });

  it("is of the book that the file was signed for", async () => {
    const file = { name: "epoch.json", value: { ...second, chainId: 1n } };
    expect((await check({}, { file })).join()).toContain("epoch.json is for book");
    expect(epochDigest(file.value, second.epoch)).not.toBe(epochDigest(second, second.epoch));
  });
});
