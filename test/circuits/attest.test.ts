import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { commit } from "../../prover/account/state.ts";
import { figuresOf } from "../../prover/attest/figures.ts";
import { attestSignals, UNCLAIMED } from "../../prover/attest/signals.ts";
import { CIRCUITS } from "../../prover/generated/circuits.ts";
import { toField } from "../../prover/hash/poseidon.ts";
import { buildRowTree, requirementRoot } from "../../prover/market/tree.ts";
import { attestInputs } from "../../prover/prove/attestInputs.ts";
import type { Signals } from "../../prover/prove/inputs.ts";
import type { Portfolio, RequirementSet, Row } from "../../prover/risk/types.ts";
import type { Cash, Price, Quantity, Ratio } from "../../prover/units/units.ts";
import {
  ATTEST_LIES,
  EMPTY,
  FLAT,
  MIXED,
  NO_CLAIMS,
  portfolio,
  SMALL_ATTEST_MAIN,
  smallAttest,
  smallFigures,
  tightest,
  tooRichAttest,
} from "./attestations.ts";
import { type Circuit, compile } from "./harness.ts";
import { shipped } from "./shipped.ts";
import { forgedRow } from "./small.ts";

let circuit: Circuit;
let honest: Signals;
beforeAll(async () => {
  circuit = await compile(SMALL_ATTEST_MAIN);
  honest = await smallAttest(MIXED);
});

const satisfied = async (inputs: Signals): Promise<boolean> => (await circuit.run(inputs)).satisfied;
const CLAIMED = ["equityFloor", "deltaLow", "deltaHigh", "absent"] as const;

/** Every claim one unit tighter than it is true, alone. */
function oneTooTight(inputs: Signals): Signals[] {
  const { equityFloor, deltaLow, deltaHigh, absent } = inputs as Record<string, bigint[]> & { equityFloor: bigint };
  const each = (name: string, values: readonly bigint[] = [], by: bigint): Signals[] =>
    values.map((value, i) => ({ ...inputs, [name]: values.with(i, toField(value + by)) }));
  const held =
    absent?.flatMap((claimed, i) => (claimed === 0n ? [{ ...inputs, absent: absent.with(i, 1n) }] : [])) ?? [];
  return [
    { ...inputs, equityFloor: equityFloor + 1n },
    ...each("deltaLow", deltaLow, 1n),
    ...each("deltaHigh", deltaHigh, -1n),
    ...held,
  ];
}

describe("a small attestation", () => {
  it.each([
    ["a mixed book", MIXED],
    ["a flat one", FLAT],
    ["an empty account", EMPTY],
    ["one instrument in two lanes", portfolio(0n, [300, 7n], [300, -5n])],
    ["one instrument in two lanes that cancel out", portfolio(3n, [4500, 5n], [4500, -5n])],
    ["an empty lane before a position", portfolio(0n, [0, 0n], [301, -4n])],
    ["debts", portfolio(-(10n ** 20n), [4500, 1n])],
    ["a quantity in no instrument", portfolio(8n, [0, 5n])],
    ["a listed instrument of which there is nothing", portfolio(8n, [4500, 0n])],
  ])("shows the tightest claims that are true, and none that is one unit tighter: %s", async (_, held) => {
    const inputs = await smallAttest(held);
    expect(await satisfied(inputs)).toBe(true);
    for (const lie of oneTooTight(inputs)) expect(await satisfied(lie)).toBe(false);
  });

  it("agrees with the model on random portfolios, at the line and one unit beside it", async () => {
    const quantity = fc.oneof(
      fc.bigInt(-(10n ** 9n), 10n ** 9n),
      fc.constantFrom(0n, 1n, -1n, (1n << 47n) - 1n, -(1n << 47n)),
    );
    const cash = fc.oneof(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.constantFrom(-(1n << 100n), (1n << 100n) - 1n));
    const position = fc.tuple(fc.constantFrom(0, 300, 301, 4500), quantity);
    await fc.assert(
      fc.asyncProperty(cash, fc.array(position, { maxLength: 2 }), async (cash, positions) => {
        const inputs = await smallAttest(portfolio(cash, ...positions));
        expect(await satisfied(inputs)).toBe(true);
        for (const lie of oneTooTight(inputs)) expect(await satisfied(lie)).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  it("shows what is not claimed of any account, down to the poorest there is", async () => {
    for (const held of [
      MIXED,
      portfolio(-(1n << 100n), [300, -(1n << 47n)], [301, -(1n << 47n)]),
      portfolio((1n << 100n) - 1n, [300, (1n << 47n) - 1n], [301, (1n << 47n) - 1n]),
    ]) {
      const inputs = await smallAttest(held, NO_CLAIMS);
      expect(inputs.equityFloor).toBe(toField(UNCLAIMED.floor));
      expect(await satisfied(inputs)).toBe(true);
    }
  });

  it("takes looser claims than the truth, to the widest that can be written", async () => {
    const most = ((1n << 100n) - 1n) as Cash;
    const least = -most as Cash;
    const netDelta = ["first", "second"].map((bucket) => ({ bucket, low: least, high: most }));
    for (const held of [MIXED, portfolio(most, [300, (1n << 47n) - 1n])]) {
      expect(await satisfied(await smallAttest(held, { equityAtLeast: least, netDelta, nothingIn: [] }))).toBe(true);
    }
  });

  it("counts a position in a bucket whose net delta is nothing", async () => {
    expect(smallFigures(FLAT).buckets[0]).toEqual({ net: 0n, size: 18_200_000n });
    const inputs = await smallAttest(FLAT);
    expect(inputs.absent).toEqual([0n, 1n]);
    expect(await satisfied({ ...inputs, absent: [1n, 1n] })).toBe(false);
  });

  for (const [lie, tell] of Object.entries(ATTEST_LIES)) {
    it(`refuses ${lie}`, async () => expect(await satisfied(tell(honest))).toBe(false));
  }

  it("refuses a row of the prover's own making with a path of its own", async () => {
    expect(await satisfied(await forgedRow(honest))).toBe(false);
  });

  it("refuses cash beyond its width even where the commitment holds it", async () => {
    expect(await satisfied(await tooRichAttest())).toBe(false);
  });

  it("refuses an unlisted instrument, whose leaf is the hash of no row", async () => {
    expect(await satisfied({ ...honest, id: [302n, 0n], quantity: [1n, 0n] })).toBe(false);
    await expect(smallAttest(portfolio(0n, [302, 1n]))).rejects.toMatchObject({ code: "UNKNOWN_INSTRUMENT" });
  });

  it("holds every wire of an honest witness in place", async () => {
    const { witness } = await circuit.run(honest);
    expect(circuit.freeWires(witness)).toEqual([]);
  });

  it("tells claims by its public signals only: they are what the verifier computes", async () => {
    const [tight, none] = [honest, await smallAttest(MIXED, NO_CLAIMS)];
    const differing = Object.keys(tight).filter((name) => String(tight[name]) !== String(none[name]));
    expect(differing.sort()).toEqual(CLAIMED.filter((name) => name !== "absent").sort());
  });
});

describe("the shipped attestation", () => {
  const MOST = (1n << 47n) - 1n;
  const row = (id: number, bucket: number, sign: bigint): Row => ({
    id,
    bucket,
    mark: (sign * MOST) as Price,
    delta: (-sign * MOST) as Price,
    long: MOST as Price,
    short: MOST as Price,
    values: Array.from({ length: 26 }, (_, s) => ((s % 2 === 0 ? MOST : -MOST) * sign) as Price),
  });
  const ratio = 4_294_900_000n as Ratio;
  /** The widest rows there are, of neighbouring, low and high indices, in buckets by fours; the last holds nothing. */
  const set = (sign: bigint): RequirementSet => ({
    name: "widest",
    scenarios: Array.from({ length: 26 }, (_, s) => ({ name: `${s}`, weight: ratio })),
    buckets: Array.from({ length: 4 }, (_, b) => ({
      name: `${b}`,
      gain: ratio,
      loss: ratio,
      a: ratio,
      h: ratio,
      tiers: [],
    })),
    rows: new Map(
      Array.from({ length: 32 }, (_, i) => (i < 16 ? 1 + i : 0xffffffff - i)).map((id, i) => [
        id,
        row(id, i % 3, sign),
      ]),
    ),
  });

  const cases: [what: string, sign: bigint, cash: bigint, quantity: bigint][] = [
    ["richest", 1n, (1n << 100n) - 1n, MOST],
    ["poorest", 1n, -(1n << 100n), -MOST - 1n],
    ["most indebted by its marks", -1n, 0n, MOST],
  ];
  it.each(cases)("is exact to the last unit with all 32 lanes at their widest: %s", async (_, sign, cash, quantity) => {
    const rows = set(sign);
    const held: Portfolio = {
      cash: cash as Cash,
      positions: [...rows.rows.keys()].map((id) => ({ id, quantity: quantity as Quantity })),
    };
    const account = { ...held, accountId: 7n, salt: 9n };
    const tree = await buildRowTree(rows);
    const [setId, timestamp] = [1n, 1_770_240_788];
    const about = {
      commitment: await commit(account),
      requirementRoot: await requirementRoot(rows, tree, { setId, timestamp }),
      context: 1n,
    };
    const { equity, buckets } = figuresOf(rows, held);
    const contents = rows.buckets.map(({ name }, index) => ({ index, name, underlyings: [name], partly: [] }));
    const claims = {
      ...tightest({ equity, buckets: [] }),
      netDelta: contents.map(({ index, name }) => {
        const net = (buckets[index]?.net ?? 0n) as Cash;
        return { bucket: name, low: net, high: net };
      }),
      nothingIn: ["3"],
    };
    const inputs = attestInputs({
      account,
      set: rows,
      tree,
      setId,
      timestamp,
      signals: attestSignals(claims, contents, about),
    });
    const attest = await shipped("attest");
    expect((await attest.run(inputs)).satisfied).toBe(true);
    for (const lie of oneTooTight(inputs)) expect((await attest.run(lie)).satisfied).toBe(false);
  });

  it("has room for every account, within 2^16 rows", () => {
    expect(CIRCUITS.attest.parameters.P).toBe(32);
    expect(CIRCUITS.attest.constraints).toBeLessThan(1 << 16);
  });
});
