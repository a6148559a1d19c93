import { loadPoseidon, type Poseidon, toField } from "../hash/poseidon.ts";
import type { Bucket, RequirementSet, Row, Tier } from "../risk/types.ts";
import { TacitError } from "../units/errors.ts";

/** The sizes the circuits are compiled for; `docs/SPEC.md` fixes every layout in this file. */
export const TREE = { leaves: 4096, arity: 8, cap: 64, scenarios: 26, buckets: 4, tiers: 4 } as const;

/** How many scenarios, buckets and tiers a circuit holds: those shipped, or a small one in a test. */
export type Shape = Readonly<Record<"scenarios" | "buckets" | "tiers", number>>;

/** `setId` in the requirement root. */
export const SET_IDS = { maintenance: 1n, initial: 2n } as const;

const ZERO_ROW = { id: 0, bucket: 0, mark: 0n, delta: 0n, long: 0n, short: 0n, values: [] };
type AnyRow = Row | typeof ZERO_ROW;

/** What the circuit needs to prove one row. */
export interface RowOpening {
  /** The 8 siblings of levels 0 and 1, the row's own node among them. */
  readonly siblings: readonly [readonly bigint[], readonly bigint[]];
  readonly row: AnyRow;
  /** The row's 13 packed scenario pairs. */
  readonly pairs: readonly bigint[];
}

export interface RowTree {
  readonly root: bigint;
  /** The 64 nodes of level 2, which a circuit opens once for all its positions. */
  readonly cap: readonly bigint[];
  /** Opens the row of an instrument, or the all-zero row for id 0. @throws TacitError `UNKNOWN_INSTRUMENT` */
  open(id: number): RowOpening;
}

const tc48 = (value: bigint): bigint => BigInt.asUintN(48, value);

/** The hash inputs of a row: its head and its packed scenario pairs, 14 in all. */
export function encodeRow(row: AnyRow, shape: Shape = TREE): bigint[] {
  const { id, bucket, mark, delta, long, short, values } = row;
  const head =
    BigInt(id) |
    (BigInt(bucket) << 32n) |
    (tc48(mark) << 40n) |
    (tc48(delta) << 88n) |
    (tc48(long) << 136n) |
    (tc48(short) << 184n);
  const pairs = Array.from({ length: shape.scenarios / 2 }, (_, k) =>
    toField((values[2 * k] ?? 0n) + ((values[2 * k + 1] ?? 0n) << 120n)),
  );
  return [head, ...pairs];
}

/**
 * The tree of a requirement set's rows.
 * @throws TacitError `TREE_FULL` when two instruments share an index, `TOO_LARGE` when the set exceeds the circuits
 */
export async function buildRowTree(set: RequirementSet, shape: Shape = TREE): Promise<RowTree> {
  const hash = await loadPoseidon();
  checkSize(set, shape);
  const rows = new Map<number, AnyRow>([[0, ZERO_ROW]]);
  for (const row of set.rows.values()) {
    const index = row.id % TREE.leaves;
    const other = rows.get(index);
    if (other !== undefined) {
      throw new TacitError("TREE_FULL", `instruments ${other.id} and ${row.id} both stand at tree index ${index}`, {
        hint: "List the newer one under an id whose index is free.",
      });
    }
    rows.set(index, row);
  }
  const leaves = Array.from({ length: TREE.leaves }, (_, i) => {
    const row = rows.get(i);
    return row === undefined ? 0n : hash(encodeRow(row, shape));
  });
  const hashGroups = groupHasher(hash);
  const nodes = hashGroups(leaves, TREE.arity);
  const cap = hashGroups(nodes, TREE.arity);
  const group = (level: readonly bigint[], index: number) =>
    level.slice(index - (index % TREE.arity)).slice(0, TREE.arity);
  return {
    root: hash(hashGroups(cap, 16)),
    cap,
    open(id) {
      const index = id % TREE.leaves;
      const row = rows.get(index);
      if (row === undefined || row.id !== id) {
        throw new TacitError("UNKNOWN_INSTRUMENT", `instrument ${id} is not listed in this market`);
      }
      return {
        row,
        pairs: encodeRow(row, shape).slice(1),
        siblings: [group(leaves, index), group(nodes, Math.floor(index / TREE.arity))],
      };
    },
  };
}

/** Hashes neighbours in groups; a group equal to the one before it (mostly: empty) is hashed once. */
export function groupHasher(hash: Poseidon) {
  return (level: readonly bigint[], arity: number): bigint[] => {
    const seen = new Map<string, bigint>();
    return inGroups(level, arity).map((group) => {
      const key = group.join();
      const node = seen.get(key) ?? hash(group);
      seen.set(key, node);
      return node;
    });
  };
}

/** The hash inputs of a set's parameters: 16 in all. */
export function encodeParams(set: RequirementSet, shape: Shape = TREE): bigint[] {
  checkSize(set, shape);
  const weights = Array.from({ length: shape.scenarios }, (_, s) => set.scenarios[s]?.weight ?? 0n);
  return [
    ...inGroups(weights, 7).map((group) => pack(group, 32n)),
    ...Array.from({ length: shape.buckets }, (_, b) => encodeBucket(set.buckets[b], shape)).flat(),
  ];
}

const encodeTier = (tier: Tier | undefined): bigint => (tier === undefined ? 0n : tier.rate | (tier.deduction << 32n));

function encodeBucket(bucket: Bucket | undefined, shape: Shape): bigint[] {
  const { gain = 0n, loss = 0n, a = 0n, h = 0n, tiers = [] } = bucket ?? {};
  const words = Array.from({ length: shape.tiers }, (_, j) => encodeTier(tiers[j]));
  return [pack([gain, loss, a, h], 32n), ...inGroups(words, 2).map((group) => pack(group, 96n))];
}

const inGroups = <T>(values: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));

const pack = (values: readonly bigint[], bits: bigint): bigint =>
  values.reduceRight((packed, value) => (packed << bits) | value, 0n);

export async function paramsHash(set: RequirementSet, shape: Shape = TREE): Promise<bigint> {
  return (await loadPoseidon())(encodeParams(set, shape));
}

/** The one value a contract stores per requirement set and epoch. `timestamp` in unix seconds. */
export async function requirementRoot(parts: {
  rowsRoot: bigint;
  paramsHash: bigint;
  setId: bigint;
  timestamp: number;
}): Promise<bigint> {
  const hash = await loadPoseidon();
  return hash([parts.rowsRoot, parts.paramsHash, parts.setId, BigInt(parts.timestamp)]);
}

function checkSize(set: RequirementSet, shape: Shape): void {
  const tiers = Math.max(0, ...set.buckets.map((bucket) => bucket.tiers.length));
  for (const [what, is, most] of [
    ["scenarios", set.scenarios.length, shape.scenarios],
    ["buckets", set.buckets.length, shape.buckets],
    ["tiers in a bucket", tiers, shape.tiers],
  ] as const) {
    if (is > most) {
      throw new TacitError("TOO_LARGE", `set ${set.name} has ${is} ${what}, the circuits hold ${most}`, {
        hint: "Explicit rows of any size can be evaluated with `tacit margin --rows`, but not proven.",
      });
    }
  }
}
