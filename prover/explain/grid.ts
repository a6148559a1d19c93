import { type Profile, parseMove } from "../market/profile/schema.ts";
import { evaluate } from "../risk/requirement.ts";
import type { Portfolio, RequirementSet } from "../risk/types.ts";
import { type Coverage, formatExact } from "../units/units.ts";

/** A scenario's effect on a portfolio, as exact decimal strings in USD. */
export interface GridCell {
  readonly name: string;
  /** What would be made or lost, before anything is cut or weighted. */
  readonly pnl: string;
  /** What of it counts: after gains are cut and the scenario's weight. */
  readonly counted: string;
  /** As a fraction of 1, before the set's own factor. */
  readonly weight: string;
}

export const VOLATILITY_COLUMNS = ["down", "same", "up"] as const;
export type VolatilityColumn = (typeof VOLATILITY_COLUMNS)[number];

/** All scenarios of a set, laid out for reading. */
export interface StressGrid {
  /** Joint moves of all prices by a part of their range, from the largest fall up; only the columns there are. */
  readonly columns: readonly VolatilityColumn[];
  readonly rows: readonly {
    readonly move: string;
    readonly cells: Readonly<Partial<Record<VolatilityColumn, GridCell>>>;
  }[];
  /** Far moves, and moves of one underlying alone, in the set's order. */
  readonly others: readonly GridCell[];
  /** The scenario that sets the scan; null when none loses. */
  readonly worst: string | null;
}

/**
 * The stress grid of a portfolio: the very scenarios of the requirement, none left out.
 * @throws TacitError as `evaluate`
 */
export function stressGrid(set: RequirementSet, profile: Profile, portfolio: Portfolio): StressGrid {
  const result = evaluate(set, portfolio, 0n as Coverage);
  const cells = new Map(
    result.scenarios.map(({ name, total }, s): [string, GridCell] => {
      const pnl = result.buckets.reduce((sum, bucket) => sum + (bucket.pnl[s] ?? 0n), 0n);
      return [name, { name, pnl: formatExact(pnl), counted: formatExact(total), weight: "1" }];
    }),
  );
  const rows = new Map<string, Partial<Record<VolatilityColumn, GridCell>>>();
  const others: GridCell[] = [];
  for (const group of profile.scenarioGroups) {
    if (group.as !== "scenario") continue;
    for (const { name, move, volatility, weight, only } of group.scenarios) {
      const found = cells.get(name);
      if (found === undefined) continue;
      const cell = { ...found, weight };
      const own = rows.get(move);
      // A second scenario of the same move and volatility is told apart by its name, below the table.
      if (group.unit !== "range" || only !== undefined || own?.[volatility] !== undefined) others.push(cell);
      else rows.set(move, { ...own, [volatility]: cell });
    }
  }
  const sorted = [...rows].sort(([a], [b]) => parseMove(a) - parseMove(b));
  return {
    columns: VOLATILITY_COLUMNS.filter((column) => sorted.some(([, row]) => row[column] !== undefined)),
    rows: sorted.map(([move, cells]) => ({ move, cells })),
    others,
    worst: result.worstScenario,
  };
}
