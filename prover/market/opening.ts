import type { RequirementSet } from "../risk/types.ts";
import type { Price } from "../units/units.ts";
import { encodeParams, encodeRow, type RowTree, type Shape, TREE } from "./tree.ts";

/** What `transition` is shown of one instrument, by the names of its signals: a row's path, or a settlement entry's. */
export interface Opening {
  /** A requirement root, or a settlement root. */
  readonly root: bigint;
  /** The row's mark, or the settlement price. */
  readonly price: Price;
  readonly element: readonly bigint[];
  readonly entry: bigint;
  readonly place: bigint;
  readonly low: readonly bigint[];
  readonly middle: readonly bigint[];
  readonly upper: readonly bigint[];
  readonly top: readonly bigint[];
  /** The row's bucket and delta, as they stand above its id; 0 for a settlement entry. */
  readonly rest: bigint;
  /** The row's charge for being long; 0 for a settlement entry. */
  readonly long: bigint;
}

/** Opens an instrument's row up to the requirement root. @throws TacitError `UNKNOWN_INSTRUMENT` */
export function openRow(
  set: RequirementSet & { readonly requirementRoot: bigint },
  tree: RowTree,
  { setId, timestamp }: { readonly setId: bigint; readonly timestamp: number },
  id: number,
  shape: Shape = TREE,
): Opening {
  const { row, siblings } = tree.open(id);
  const place = id % TREE.leaves;
  const quarter = Math.floor(place / (TREE.leaves / 4));
  const element = encodeRow(row, shape);
  return {
    root: set.requirementRoot,
    price: row.mark as Price,
    element,
    entry: 0n,
    place: BigInt(place),
    low: siblings[0],
    middle: siblings[1],
    upper: tree.cap.slice(16 * quarter, 16 * quarter + 16),
    top: [...tree.quarters, setId, BigInt(timestamp), ...encodeParams(set, shape)],
    rest: (element[0] ?? 0n) >> 32n,
    long: row.long,
  };
}
