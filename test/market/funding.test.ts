import { beforeAll, expect, it } from "vitest";
import { type BuiltMarket, buildMarket } from "../../prover/market/build.ts";
import { parseMarketFile, writeMarketFile } from "../../prover/market/file.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { verifyMarket } from "../../prover/market/verify.ts";
import { HISTORIES, SMALL_CHAIN } from "./samples.ts";

const histories = { BTC: HISTORIES.BTC };
const build = (paid?: number): Promise<BuiltMarket> =>
  buildMarket({
    chain: SMALL_CHAIN,
    histories,
    profile: loadProfile("portfolio"),
    listings: [],
    ...(paid === undefined ? {} : { funding: { BTC: paid } }),
  });
const PERP = 256;
const INDEX = 73_104_900_000n;

let none: BuiltMarket;
let paid: BuiltMarket;
beforeAll(async () => {
  none = await build();
  paid = await build(12.25);
});

it("takes accrued funding off a perpetual's mark, and changes nothing of its risk", () => {
  for (const set of ["maintenance", "initial"] as const) {
    const [before, after] = [none, paid].map(({ market }) => market.sets[set].rows.get(PERP));
    expect(before?.mark).toBe(INDEX);
    expect(after).toEqual({ ...before, mark: INDEX - 12_250_000n });
  }
});

it("rebuilds from its file and its chain, and asks for a comparison with the venue", async () => {
  const report = await verifyMarket(paid.fileBytes, "m.json", { chain: SMALL_CHAIN, histories });
  expect(report.ok).toBe(true);
  expect(report.notCompared).toContain("the funding of BTC with its venue");
  const file = parseMarketFile(paid.fileBytes, "m.json");
  const perp = file.instruments.find(({ id }) => id === PERP);
  Object.assign(perp ?? {}, { funding: "12.26" });
  const bent = await verifyMarket(writeMarketFile(file), "m.json");
  expect(bent.steps.at(-1)).toMatchObject({ ok: false, detail: expect.stringMatching(/BTC-PERPETUAL/) });
});

it("is written the same when there is none, and refused where it is nobody's", async () => {
  expect((await build(0)).fileBytes).toEqual(none.fileBytes);
  const request = { chain: SMALL_CHAIN, histories, profile: loadProfile("portfolio"), listings: [] };
  await expect(buildMarket({ ...request, funding: { SOL: 1 } })).rejects.toThrow("no perpetual of SOL");
  await expect(buildMarket({ ...request, funding: { BTC: 1e-7 } })).rejects.toThrow("at most 6 decimals");
});

it("pays every position exactly what accrued while it was held, and nets to zero over all accounts", () => {
  // Price and funding since listing, at three moments; adjusted marks are their difference.
  const moments = [
    { price: 73_000_000_000n, funding: 0n },
    { price: 74_500_000_000n, funding: 20_000_000n },
    { price: 72_250_000_000n, funding: -5_500_000n },
    { price: 73_900_000_000n, funding: 31_250_000n },
  ];
  const mark = (m: number): bigint => (moments[m]?.price ?? 0n) - (moments[m]?.funding ?? 0n);
  const books = Array.from({ length: 4 }, () => ({ cash: 0n, quantity: 0n }));
  /** By the long way round: every position's own funding, moment by moment. */
  const long = Array.from({ length: 4 }, () => 0n);
  const trades = [
    [0, 1, 1_500_000n],
    [1, 2, 700_000n],
    [2, 3, -400_000n],
    [3, 0, 2_000_001n],
  ] as const;
  for (let m = 0; m < moments.length; m++) {
    const [now, before] = [moments[m], moments[m - 1]];
    if (now !== undefined && before !== undefined) {
      books.forEach(({ quantity }, i) => {
        long[i] = (long[i] ?? 0n) + quantity * (now.price - before.price - (now.funding - before.funding));
      });
    }
    const [buyer, seller, quantity] = trades[m] ?? [0, 0, 0n];
    // A trade moves cash at the adjusted price, and nothing about it is kept.
    for (const [who, sign] of [
      [buyer, 1n],
      [seller, -1n],
    ] as const) {
      const book = books[who];
      if (book === undefined) throw new Error("no such book");
      book.cash -= sign * quantity * mark(m);
      book.quantity += sign * quantity;
    }
  }
  const last = moments.length - 1;
  expect(books.map(({ cash, quantity }) => cash + quantity * mark(last))).toEqual(long);
  expect(long.reduce((sum, one) => sum + one, 0n)).toBe(0n);
  expect(long.some((one) => one !== 0n)).toBe(true);
});
