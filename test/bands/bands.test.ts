import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { withoutLease } from "../market/rows-market.ts";
import { books } from "./books.ts";
import kept from "./kept.json" with { type: "json" };
import { positionsOf, shippedBox, standAt, thinned, worstShortfall } from "./stand.ts";

const profile = loadProfile("portfolio");
const box = shippedBox();
const names = new Set(kept.flatMap(({ positions }) => Object.keys(positions)));

describe("an account with exactly its initial requirement", () => {
  // At 21:33: the day ends within the lease.
  const market = thinned("2026-02-04", 0, [0, 2, 23, 142], [0.75, 0.89, 0.97, 1, 1.03, 1.11, 1.3], names);
  const stand = standAt(market, profile, box);

  it("covers maintenance wherever the market is within the band, for random books, at the end of the lease too", () => {
    fc.assert(
      fc.property(books(market), (positions) => {
        const worst = worstShortfall(stand, positions);
        expect(worst?.share ?? 0, JSON.stringify(worst?.place)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 150, seed: 20_260_204 },
    );
  });

  it.each(kept.map(({ found, positions }, i) => [i + 1, found, positions] as const))(
    "covers it for kept book %i, worst %s",
    (_, __, positions) => {
      const held = positionsOf(market, Object.fromEntries(Object.entries(positions).map(([k, v]) => [k, v ?? "0"])));
      expect(worstShortfall(stand, held)?.share).toBeLessThanOrEqual(0);
    },
  );

  it("would not without the lease's charges and weights: the search finds books that fail", () => {
    const bare = standAt(market, withoutLease(), box);
    const failing = kept.filter(({ positions }) => {
      const held = positionsOf(market, Object.fromEntries(Object.entries(positions).map(([k, v]) => [k, v ?? "0"])));
      return (worstShortfall(bare, held)?.share ?? 0) > 0.01;
    });
    expect(failing.length).toBeGreaterThan(kept.length / 2);
    const random = fc.sample(books(market), { numRuns: 60, seed: 1 });
    expect(random.some((positions) => (worstShortfall(bare, positions)?.share ?? 0) > 0.01)).toBe(true);
  });

  it("would not in a wider band", () => {
    const wide = standAt(market, profile, { ...box, width: 2 * box.width });
    const [spread] = kept.filter(({ found }) => found === "nearest");
    const held = positionsOf(
      market,
      Object.fromEntries(Object.entries(spread?.positions ?? {}).map(([k, v]) => [k, v ?? "0"])),
    );
    expect(worstShortfall(wide, held)?.share).toBeGreaterThan(0);
  });
});
