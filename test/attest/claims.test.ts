import { describe, expect, it } from "vitest";
import { bucketFor, bucketNamed, bucketsOf, bucketWords } from "../../prover/attest/buckets.ts";
import { checkClaims, statements } from "../../prover/attest/claims.ts";
import { figuresOf, judge } from "../../prover/attest/figures.ts";
import { evaluate } from "../../prover/risk/requirement.ts";
import { Cash, Coverage } from "../../prover/units/units.ts";
import { LISTED, listedAccount, listedMarket } from "./market.ts";

const usd = (text: string): Cash => Cash.parse(text, "usd");
const none = { netDelta: [], nothingIn: [] };
const SOL = { id: 258, underlying: "SOL", bucket: 1, price: "100" };

describe("a bucket", () => {
  it("is called by its underlying where it holds all and only that one", async () => {
    const buckets = bucketsOf(await listedMarket());
    expect(bucketFor(buckets, "ETH", "flag")).toMatchObject({ index: 1, name: "ETH" });
    expect(buckets.map(bucketWords)).toEqual(["BTC", "ETH"]);
  });

  it("is called by its underlying whatever its own name is", async () => {
    const buckets = bucketsOf(await listedMarket(LISTED, { buckets: ["ETH", "majors"] }));
    expect(bucketFor(buckets, "BTC", "flag")).toMatchObject({ index: 0, name: "ETH" });
    expect(bucketFor(buckets, "ETH", "flag")).toMatchObject({ index: 1, name: "majors" });
    expect(buckets.map(bucketWords)).toEqual(["BTC", "ETH"]);
  });

  it("that several underlyings share stands for none of them, only for itself", async () => {
    const buckets = bucketsOf(await listedMarket([...LISTED, SOL]));
    for (const word of ["ETH", "SOL"]) {
      expect(() => bucketFor(buckets, word, "flag")).toThrow(
        expect.objectContaining({ code: "SHARED_BUCKET", hint: expect.stringContaining("bucket/ETH") }),
      );
    }
    const shared = bucketFor(buckets, "bucket/ETH", "flag");
    expect(bucketWords(shared)).toBe('bucket "ETH" (all of ETH, all of SOL)');
  });

  it("of an underlying that is spread over two is said to hold a part of it", async () => {
    const buckets = bucketsOf(await listedMarket(LISTED.map((one) => (one.id === 256 ? { ...one, bucket: 1 } : one))));
    expect(() => bucketFor(buckets, "BTC", "flag")).toThrow(expect.objectContaining({ code: "SHARED_BUCKET" }));
    expect(buckets.map(bucketWords)).toEqual([
      'bucket "BTC" (a part of BTC)',
      'bucket "ETH" (all of ETH, a part of BTC)',
    ]);
  });

  it("without instruments is said to be empty", async () => {
    const buckets = bucketsOf(await listedMarket(LISTED, { buckets: ["BTC", "ETH", "SOL"] }));
    expect(bucketWords(bucketNamed(buckets, "SOL", "flag"))).toContain("empty in this market");
  });

  it.each([
    ["a name that is mistyped", ["BTC", "ETH"], "BTD", "Did you mean BTC?"],
    ["an underlying of which nothing is listed", ["BTC", "ETH", "DOGE"], "DOGE", "It lists"],
    ["a bucket there is not", ["BTC", "ETH"], "bucket/SOL", "Its buckets are"],
    ["a bucket whose name another one has", ["BTC", "BTC"], "bucket/BTC", "Its buckets are"],
    ["an underlying whose bucket shares its name", ["BTC", "BTC"], "ETH", "Its buckets are"],
  ])("is not found by %s", async (_, names, word, hint) => {
    const buckets = bucketsOf(await listedMarket(LISTED, { buckets: names }));
    expect(() => bucketFor(buckets, word, "flag")).toThrow(
      expect.objectContaining({ code: "UNKNOWN_UNDERLYING", hint: expect.stringContaining(hint) }),
    );
  });
});

describe("claims", () => {
  it("are said in words that say what is proven", async () => {
    const claims = {
      equityAtLeast: usd("-5.000000000001"),
      coverageAtLeast: { set: "initial", coverage: Coverage.parse("1.5", "coverage") },
      netDelta: [{ bucket: "BTC", low: usd("-1000"), high: usd("5000") }],
      nothingIn: ["ETH"],
    } as const;
    expect(statements(claims, bucketsOf(await listedMarket()))).toEqual([
      { claim: "equityAtLeast", words: "equity is at least -5.000000000001 USD" },
      { claim: "coverageAtLeast", words: "equity covers 1.5x the initial requirement" },
      { claim: "netDelta", words: "the net delta of BTC is between -1000 and 5000 USD" },
      { claim: "nothingIn", words: "nothing is held in ETH" },
    ]);
  });

  it.each([
    ["nothing", none, "NO_CLAIM"],
    [
      "two bands of one bucket",
      { ...none, netDelta: [0, 1].map(() => ({ bucket: "B", low: usd("0"), high: usd("1") })) },
      "DUPLICATE",
    ],
    ["one bucket twice", { ...none, nothingIn: ["B", "A", "B"] }, "DUPLICATE"],
    ["a band without inside", { ...none, netDelta: [{ bucket: "B", low: usd("1"), high: usd("0") }] }, "EMPTY_BAND"],
  ])("refuse %s", (_, claims, code) => {
    expect(() => checkClaims(claims)).toThrow(expect.objectContaining({ code }));
  });

  it("are judged at their ends, exactly", async () => {
    const market = await listedMarket();
    const account = listedAccount(5n);
    const at = (floor: string, low: string, high: string, nothingIn: string[]) =>
      judge(
        { equityAtLeast: usd(floor), netDelta: [{ bucket: "BTC", low: usd(low), high: usd(high) }], nothingIn },
        account,
        market,
      ).map(({ holds }) => holds);
    expect(at("74900", "49900", "49900", ["ETH"])).toEqual([true, true, true]);
    expect(at("74900.000000000001", "49900.000000000001", "60000", ["BTC"])).toEqual([false, false, false]);
    expect(at("0", "0", "49899.999999999999", ["BTC", "ETH"])).toEqual([true, false, false, true]);
  });

  it("are told apart from what is true instead", async () => {
    const claims = { ...none, coverageAtLeast: { set: "maintenance", coverage: Coverage.parse("104", "c") } } as const;
    const [judged] = judge(claims, listedAccount(5n), await listedMarket());
    expect(judged).toMatchObject({ holds: false, actual: expect.stringMatching(/^it covers 9\.\d+x$/) });
  });

  it("know the equity and the net deltas that the requirement is computed from", async () => {
    const { sets } = await listedMarket();
    const account = listedAccount(5n, "-12.5");
    const { equity, buckets } = evaluate(sets.maintenance, account, Coverage.parse("1", "coverage"));
    const figures = figuresOf(sets.maintenance, account);
    expect(figures.equity * 10n ** 18n).toBe(equity);
    expect(figures.buckets.map(({ net }) => net * 10n ** 18n)).toEqual(buckets.map(({ net }) => net));
    expect(figures.buckets.map(({ size }) => size)).toEqual([3_000_000n, 0n]);
  });
});
