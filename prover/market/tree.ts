import { loadPoseidon, type Poseidon, toField } from "../hash/poseidon.ts";
import type { RequirementSet, Row } from "../risk/types.ts";
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
  /** Mark and charge packed, for a position that is long and for one that is short. */
  readonly sides: readonly [ifLong: bigint, ifShort: bigint];
  /** The row's 13 packed scenario pairs. */
  readonly pairs: readonly bigint[];
}

export interface RowTree {
  /** One hash over the quarters: names the rows where a file is compared, and stands in no proof. */
  readonly root: bigint;
  /** The hashes of each 16 neighbouring nodes of the cap, as they stand in the requirement root. */
  readonly quarters: readonly bigint[];
  /** The 64 nodes of level 2, which a circuit opens once for all its positions. */
  readonly cap: readonly bigint[];
  /** Opens the row of an instrument, or the all-zero row for id 0. @throws TacitError `UNKNOWN_INSTRUMENT` */
  open(id: number): RowOpening;
}

/** Two signed values of 47 bits in one field element, so that sums over positions act on both. */
const pair = (low: bigint, high: bigint): bigint => toField(low + (high << 120n));

/** The hash inputs of a row: its head, its two sides and its packed scenario pairs, 16 in all. */
export function encodeRow(row: AnyRow, shape: Shape = TREE): bigint[] {
  const { id, bucket, mark, delta, long, short, values } = row;
  const head = BigInt(id) | (BigInt(bucket) << 32n) | (BigInt.asUintN(48, delta) << 40n);
  const pairs = Array.from({ length: shape.scenarios / 2 }, (_, k) =>
    pair(values[2 * k] ?? 0n, values[2 * k + 1] ?? 0n),
  );
  return [head, pair(mark, long), pair(mark, -short), ...pairs];
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
  const quarters = hashGroups(cap, 16);
  return {
    root: hash(quarters),
    quarters,
    cap,
    open(id) {
      const index = id % TREE.leaves;
      const row = rows.get(index);
      if (row === undefined || row.id !== id) {
        throw new TacitError("UNKNOWN_INSTRUMENT", `instrument ${id} is not listed in this market`);
      }
      const [, ifLong = 0n, ifShort = 0n, ...pairs] = encodeRow(row, shape);
      return {
        row,
        sides: [ifLong, ifShort],
        pairs,
        siblings: [group(leaves, index), group(nodes, Math.floor(index / TREE.arity))],
      };
    },
  };
}

/** Hashes neighbours in groups; a group equal to the one before it (mostly: empty) is hashed once. */
function groupHasher(hash: Poseidon) {
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

/** One of a circuit's ratios, 1e-4, in units of a `Ratio`, 1e-9. */
const BASIS_POINT = 10n ** 5n;

/**
 * A set's parameters as the circuits take them: ratios in basis points, missing scenarios, buckets and tiers zero.
 * @throws TacitError `TOO_LARGE` when the set exceeds the circuits, `TOO_FINE` for a ratio between two basis points
 */
export function provableParams(set: RequirementSet, shape: Shape = TREE) {
  checkSize(set, shape);
  const basisPoints = (ratio: bigint | undefined, what: string): bigint => {
    if (ratio === undefined) return 0n;
    if (ratio % BASIS_POINT !== 0n) {
      throw new TacitError("TOO_FINE", `set ${set.name}: ${what} is not a whole number of basis points`, {
        hint: "Proofs take ratios of at most four decimals; `tacit margin --rows` takes nine.",
      });
    }
    return ratio / BASIS_POINT;
  };
  const buckets = Array.from({ length: shape.buckets }, (_, b) => set.buckets[b]);
  const byBucket = (name: "gain" | "loss" | "a" | "h") =>
    buckets.map((bucket) => basisPoints(bucket?.[name], `${name} of bucket ${bucket?.name}`));
  const tiers = buckets.map((bucket) => Array.from({ length: shape.tiers }, (_, j) => bucket?.tiers[j]));
  return {
    weight: Array.from({ length: shape.scenarios }, (_, s) =>
      basisPoints(set.scenarios[s]?.weight, `the weight of scenario ${set.scenarios[s]?.name}`),
    ),
    gain: byBucket("gain"),
    loss: byBucket("loss"),
    a: byBucket("a"),
    h: byBucket("h"),
    rate: tiers.map((row, b) => row.map((tier) => basisPoints(tier?.rate, `a tier of bucket ${buckets[b]?.name}`))),
    deduction: tiers.map((row) => row.map((tier): bigint => tier?.deduction ?? 0n)),
  };
}

/** The words of a set's parameters in its requirement root: 10 in all. @throws TacitError as `provableParams` */
export function encodeParams(set: RequirementSet, shape: Shape = TREE): bigint[] {
  const { weight, gain, loss, a, h, rate, deduction } = provableParams(set, shape);
  const ofBucket = (b: number): bigint[] => {
    const at = (values: readonly bigint[]): bigint => values[b] ?? 0n;
    const tiers = (rate[b] ?? []).map((value, j) => value | ((deduction[b]?.[j] ?? 0n) << 16n));
    const ratios = pack([at(gain), at(loss), at(a), at(h)], 16n);
    return inGroups(tiers, 2).map((group, k) => pack(group, 80n) | (k === 0 ? ratios << 160n : 0n));
  };
  return [...inGroups(weight, 13).map((group) => pack(group, 16n)), ...gain.flatMap((_, b) => ofBucket(b))];
}

const inGroups = <T>(values: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));

const pack = (values: readonly bigint[], bits: bigint): bigint =>
  values.reduceRight((packed, value) => (packed << bits) | value, 0n);

/** One hash over the parameters: names them where a file is compared, and stands in no proof. */
export async function paramsHash(set: RequirementSet, shape: Shape = TREE): Promise<bigint> {
  return (await loadPoseidon())(encodeParams(set, shape));
}

/** The one value a contract stores per requirement set and epoch. `timestamp` in unix seconds. */
export async function requirementRoot(
  set: RequirementSet,
  tree: Pick<RowTree, "quarters">,
  { setId, timestamp }: { readonly setId: bigint; readonly timestamp: number },
  shape: Shape = TREE,
): Promise<bigint> {
  return (await loadPoseidon())([...tree.quarters, setId, BigInt(timestamp), ...encodeParams(set, shape)]);
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
