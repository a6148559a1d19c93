import { encodeState, randomSecret } from "../../prover/account/state.ts";
import { FIELD, loadPoseidon } from "../../prover/hash/poseidon.ts";
import { buildRowTree, encodeRow, requirementRoot, type Shape } from "../../prover/market/tree.ts";
import { marginInputs, type Signals } from "../../prover/prove/inputs.ts";
import type { Portfolio, RequirementSet, Row } from "../../prover/risk/types.ts";
import { type Cash, Coverage, type Notional, type Price, type Ratio } from "../../prover/units/units.ts";

/** A whole margin circuit that compiles in seconds: two positions, two scenarios, two buckets, two tiers. */
export const SMALL: Shape = { scenarios: 2, buckets: 2, tiers: 2 };
export const SMALL_SIZE = 2;
export const SMALL_MAIN = `pragma circom 2.2.2;
include "margin.circom";
component main {public [commitment, requirementRoot, coverage, context]} = Margin(2, 2, 1, 2);
`;

const price = (value: number): Price => BigInt(value) as Price;
const row = (
  id: number,
  bucket: number,
  mark: number,
  delta: number,
  long: number,
  short: number,
  values: number[],
): Row => ({
  id,
  bucket,
  mark: price(mark),
  delta: price(delta),
  long: price(long),
  short: price(short),
  values: values.map(price),
});

/** Two instruments that net in bucket 0 and one of bucket 1. */
export const SMALL_SET: RequirementSet = {
  name: "small",
  scenarios: [
    { name: "down", weight: 800_000_000n as Ratio },
    { name: "up", weight: 600_000_000n as Ratio },
  ],
  buckets: [
    {
      name: "first",
      gain: 600_000_000n as Ratio,
      loss: 1_000_000_000n as Ratio,
      a: 20_000_000n as Ratio,
      h: 10_000_000n as Ratio,
      tiers: [{ rate: 10_000_000n as Ratio, deduction: 50n as Notional }],
    },
    {
      name: "second",
      gain: 0n as Ratio,
      loss: 1_000_000_000n as Ratio,
      a: 30_000_000n as Ratio,
      h: 20_000_000n as Ratio,
      tiers: [],
    },
  ],
  rows: new Map(
    [
      row(300, 0, 10_000, 9_000, 40, 90, [-3_000, 3_500]),
      row(301, 0, 10_100, 9_200, 50, 60, [-3_100, 3_400]),
      row(4500, 1, 700, 650, 5, 8, [-150, 190]),
    ].map((line) => [line.id, line]),
  ),
};

/** The inputs of the small circuit for a portfolio, with the state's secrets drawn anew. */
export async function smallInputs(portfolio: Portfolio, coverage = 10_000n): Promise<Signals> {
  const tree = await buildRowTree(SMALL_SET, SMALL);
  const timestamp = 1_770_240_788;
  const statement = {
    account: { ...portfolio, accountId: randomSecret(), salt: randomSecret() },
    set: SMALL_SET,
    tree,
    requirementRoot: await requirementRoot(SMALL_SET, tree, { setId: 1n, timestamp }, SMALL),
    setId: 1n,
    timestamp,
    coverage: Coverage.of(coverage, "coverage"),
    context: 5n,
  };
  return marginInputs(statement, SMALL_SIZE, SMALL);
}

/** A state no commitment is ever made for by the product: what a cheating committer would hash. */
export async function tooRich(): Promise<Signals> {
  const hash = await loadPoseidon();
  const honest = await smallInputs({ cash: 0n as Cash, positions: [] });
  const words = encodeState({ accountId: 1n, cash: 0n as Cash, salt: 2n, positions: [] });
  const cash = 1n << 100n;
  return { ...honest, accountId: 1n, salt: 2n, cash, commitment: hash(words.with(2, cash)) };
}

/** A row of the prover's own making for the first position, with a path of its own that leads to no published node. */
export async function forgedRow(honest: Signals): Promise<Signals> {
  const hash = await loadPoseidon();
  const [own] = Array.from(SMALL_SET.rows.values());
  if (own === undefined || array(honest, "id")[0] !== BigInt(own.id))
    throw new Error("the first position is not the first row");
  const leaf = hash(encodeRow({ ...own, mark: price(20_000) }, SMALL));
  const siblings = (honest.siblings as bigint[][][])[0] ?? [];
  const low = (siblings[0] ?? []).with(own.id % 8, leaf);
  const high = (siblings[1] ?? []).with(Math.floor(own.id / 8) % 8, hash(low));
  const others = (honest.siblings as bigint[][][]).slice(1);
  const side = array(honest, "if_long").with(0, 20_000n + (BigInt(own.long) << 120n));
  const other = array(honest, "if_short").with(0, FIELD + 20_000n - (BigInt(own.short) << 120n));
  return { ...honest, if_long: side, if_short: other, siblings: [[low, high], ...others] };
}

const array = (signals: Signals, name: string) => signals[name] as readonly bigint[];

/** Dishonest inputs made from honest ones of an account that holds instruments 300 and 4500. */
export const SMALL_LIES: Readonly<Record<string, (honest: Signals) => Signals>> = {
  "a position left out": (honest) => ({ ...honest, quantity: [array(honest, "quantity")[0] ?? 0n, 0n] }),
  "a larger quantity": (honest) => ({
    ...honest,
    quantity: [(array(honest, "quantity")[0] ?? 0n) + 1n, array(honest, "quantity")[1] ?? 0n],
  }),
  "more cash": (honest) => ({ ...honest, cash: (honest.cash as bigint) + 1n }),
  "another salt": (honest) => ({ ...honest, salt: (honest.salt as bigint) + 1n }),
  "another account": (honest) => ({ ...honest, accountId: (honest.accountId as bigint) + 1n }),
  "another commitment": (honest) => ({ ...honest, commitment: (honest.commitment as bigint) + 1n }),
  "another root": (honest) => ({ ...honest, requirementRoot: (honest.requirementRoot as bigint) + 1n }),
  "another requirement set": (honest) => ({ ...honest, setId: 2n }),
  "an older epoch": (honest) => ({ ...honest, timestamp: (honest.timestamp as bigint) - 1n }),
  "a better mark": (honest) => ({
    ...honest,
    if_long: [(array(honest, "if_long")[0] ?? 0n) + 1n, array(honest, "if_long")[1] ?? 0n],
  }),
  "a smaller delta": (honest) => ({
    ...honest,
    delta: [(array(honest, "delta")[0] ?? 0n) - 1n, array(honest, "delta")[1] ?? 0n],
  }),
  "no charge for being long": (honest) => ({ ...honest, if_long: [10_000n, array(honest, "if_long")[1] ?? 0n] }),
  "no charge for being short": (honest) => ({ ...honest, if_short: [array(honest, "if_short")[0] ?? 0n, 700n] }),
  "a bucket that nets more": (honest) => ({ ...honest, bucket: [1n, 1n] }),
  "kinder scenarios": (honest) => ({ ...honest, pair: [[0n], (honest.pair as bigint[][])[1]] }),
  "the row of a neighbour": (honest) => ({
    ...honest,
    siblings: [[...((honest.siblings as bigint[][][])[0] ?? [])].reverse(), (honest.siblings as unknown[])[1]],
  }),
  "a cap of one's own": (honest) => ({
    ...honest,
    cap: array(honest, "cap").map((node, i) => (i === 0 ? node + 1n : node)),
  }),
  "lighter weights": (honest) => ({ ...honest, weight: [0n, 0n] }),
  "full credit for gains": (honest) => ({ ...honest, gain: [10_000n, 0n] }),
  "half of each loss": (honest) => ({ ...honest, loss: [5_000n, 5_000n] }),
  "no directional floor": (honest) => ({ ...honest, a: [0n, 0n] }),
  "no basis floor": (honest) => ({ ...honest, h: [0n, 0n] }),
  "no concentration charge": (honest) => ({
    ...honest,
    rate: [
      [0n, 0n],
      [0n, 0n],
    ],
  }),
  "a larger deduction": (honest) => ({
    ...honest,
    deduction: [
      [1n << 60n, 0n],
      [0n, 0n],
    ],
  }),
  "a coverage beyond its width": (honest) => ({ ...honest, coverage: 1n << 20n }),
  "a negative coverage": (honest) => ({ ...honest, coverage: FIELD - 1n }),
  "cash beyond its width": (honest) => ({ ...honest, cash: 1n << 100n }),
};
