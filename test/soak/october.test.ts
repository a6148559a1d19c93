import { beforeEach, describe, expect, it } from "vitest";
import { accountId } from "../../prover/chain/context.ts";
import { openSoakChain, TERMS } from "./chain.ts";
import { hours, listed, marketAt, type SoakMarket } from "./market.ts";
import type { Claimed } from "./model.ts";

/** The close of 20:00 to 21:00 UTC on 10 October 2025; in the hour after it BTC traded 11.5% lower, and closed 0.9% down. */
const CALM = Date.parse("2025-10-10T21:00:00Z") / 1000;
const candle = (time: number) => {
  const found = hours().find((hour) => hour.time === time);
  if (found === undefined) throw new Error(`no hour that closes at ${time}`);
  return found;
};
const [BTC, SAFE, THIN] = [0, 100n, 200n];

/** A thick account proven for the long lease and a thin one for the short, on the real oracle, book and gate. */
describe("leases in the crash of 10 October 2025", () => {
  let chain: Awaited<ReturnType<typeof openSoakChain>>;
  let epochs: number;
  let [safe, thin, owner] = [0n, 0n, ""];
  const instruments = listed(candle(CALM));

  async function publish(time: number, market: SoakMarket): Promise<string | null> {
    const { error } = await chain.publish(time, market);
    if (error !== null) return error;
    epochs += 1;
    chain.learn(epochs, market);
    const truth = (thick: bigint, slender: bigint): [bigint, bigint][] => [
      [SAFE, thick],
      [THIN, slender],
    ];
    // The thick account covers either set 1.5 times whatever happens; the thin one maintenance before the fall alone.
    await chain.tell(market.sets.maintenance.requirementRoot, truth(15_001n, epochs === 1 ? 10_001n : 9_001n));
    await chain.tell(market.sets.initial.requirementRoot, truth(15_001n, 8_001n));
    return null;
  }
  const proof = (id: bigint, commitment: bigint, set: Claimed["set"], nonce: number, healthy = true): Claimed => {
    const action = healthy ? "prove" : "flag";
    return { healthy, commitment, epoch: epochs, set, coverage: 10_000, size: 4, caller: owner, id, nonce, action };
  };
  const status = async (id: bigint) => (await chain.look([id])).seen[0]?.status;
  const lease = async (id: bigint) => (await chain.look([id])).seen[0]?.lease;

  beforeEach(async () => {
    chain = await openSoakChain(CALM - 600);
    epochs = 0;
    owner = chain.signers[5]?.address ?? "";
    [safe, thin] = [accountId(chain.place, owner, 0n), accountId(chain.place, owner, 1n)];
    const { close } = candle(CALM);
    const market = await marketAt(CALM, close, instruments);
    await chain.go(CALM + 20);
    await chain.quote(market.index);
    expect(await publish(CALM, market)).toBeNull();
    await chain.act({ name: "open", commitment: SAFE, size: 4, id: safe }, owner, 1);
    await chain.act({ name: "open", commitment: THIN, size: 4, id: thin }, owner, 1);
    const [long, short] = [proof(safe, SAFE, "initial", 0), proof(thin, THIN, "maintenance", 0)];
    expect(
      (await chain.act({ name: "prove", id: safe, epoch: 1, set: "initial", proof: long }, owner, 1)).error,
    ).toBeNull();
    expect(
      (await chain.act({ name: "prove", id: thin, epoch: 1, set: "maintenance", proof: short }, owner, 1)).error,
    ).toBeNull();
    expect([await lease(safe), await lease(thin)]).toEqual([CALM + TERMS.leaseInitial, CALM + TERMS.leaseMaintenance]);
  });

  const fall = CALM + 1200;
  async function crash() {
    const market = await marketAt(fall, candle(CALM + 3600).low, instruments);
    await chain.go(fall);
    await chain.quote(market.index);
    expect(await publish(fall, market)).toBeNull();
  }

  it("cuts the long lease to the short one's end when the fall is published, and flags nobody by itself", async () => {
    await crash();
    expect(await lease(safe)).toBe(CALM + TERMS.leaseMaintenance);
    expect([await status(safe), await status(thin)]).toEqual(["current", "current"]);
  });

  it("lets the thin account be flagged at once by a breach proof, and refuses the same lie about the thick one", async () => {
    await crash();
    const flag = (id: bigint, commitment: bigint) =>
      chain.act(
        { name: "flag", id, epoch: 2, commitment, size: 4, proof: proof(id, commitment, "maintenance", 0, false) },
        owner,
        1,
      );
    expect((await flag(safe, SAFE)).error).toBe("ProofRejected");
    expect((await flag(thin, THIN)).error).toBeNull();
    expect([await status(safe), await status(thin)]).toEqual(["current", "hard"]);
  });

  it("takes no proof at the epoch before the fall any more, and renews the long lease at the one after it", async () => {
    await crash();
    const stale = { ...proof(safe, SAFE, "initial", 1), epoch: 1 };
    expect((await chain.act({ name: "prove", id: safe, epoch: 1, set: "initial", proof: stale }, owner, 1)).error).toBe(
      "EpochLeft",
    );
    const fresh = proof(safe, SAFE, "initial", 1);
    expect(
      (await chain.act({ name: "prove", id: safe, epoch: 2, set: "initial", proof: fresh }, owner, 1)).error,
    ).toBeNull();
    expect(await lease(safe)).toBe(fall + TERMS.leaseInitial);
  });

  it.each([
    ["prints one wick", (low: bigint) => low],
    ["quotes in a stablecoin that lost a tenth", (_: bigint, price: bigint) => (price * 10n) / 9n],
  ])("leaves every lease as it is when one feed of three %s", async (_, said) => {
    const { close } = candle(CALM);
    const low = BigInt(Math.round((candle(CALM + 3600).low.BTC ?? 0) * 1e6));
    const price = BigInt(Math.round((close.BTC ?? 0) * 1e6));
    const next = await marketAt(fall, close, instruments);
    await chain.go(fall);
    await chain.quote(next.index);
    await chain.feed(BTC, 0, said(low, price));
    expect(await publish(fall, next)).toBeNull();
    expect(await lease(safe)).toBe(CALM + TERMS.leaseInitial);
    expect(await status(thin)).toBe("current");
  });

  it("ends a long lease on a feed that is stuck as on one that is not: two of three have moved", async () => {
    const market = await marketAt(fall, candle(CALM + 3600).low, instruments);
    await chain.go(fall);
    for (const feed of [1, 2]) for (const [i, price] of market.index.entries()) await chain.feed(i, feed, price);
    expect(await publish(fall, market)).toBeNull();
    expect(await lease(safe)).toBe(CALM + TERMS.leaseMaintenance);
  });

  it("turns nobody hard while no epoch comes, and gives the grace anew when the next one does", async () => {
    // Sequencer down, reporters' keys lost, or publishers silent: for the gate it is the book that is overdue.
    const back = CALM + 5 * 3600;
    await chain.go(back - 60);
    expect([await status(safe), await status(thin)]).toEqual(["soft", "soft"]);
    expect((await chain.act({ name: "flagSilent", id: thin, outside: 0 }, owner, 1)).error).toBe("BookOverdue");
    const market = await marketAt(back, candle(back).close, instruments);
    await chain.go(back + 5);
    await chain.quote(market.index);
    expect(await publish(back, market)).toBeNull();
    expect((await chain.act({ name: "flagSilent", id: thin, outside: 0 }, owner, 1)).error).toBe("NotSilentYet");
    await chain.go(back + 30 + TERMS.grace);
    expect(await status(thin)).toBe("hard");
    expect((await chain.act({ name: "flagSilent", id: thin, outside: 0 }, owner, 1)).error).toBeNull();
  });
});
