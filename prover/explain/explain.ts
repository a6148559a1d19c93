import type { Instrument } from "../market/types.ts";
import { isolatedRequirement, requiredOf } from "../risk/isolated.ts";
import { evaluate, type Requirement } from "../risk/requirement.ts";
import type { Portfolio, RequirementSet } from "../risk/types.ts";
import { formatDecimal } from "../units/decimal.ts";
import { Coverage, formatExact, Price, Quantity } from "../units/units.ts";
import { type NetGreeks, netGreeks } from "./greeks.ts";
import { distanceToLiquidation, type LiquidationPoint, type Revalue } from "./liquidation.ts";

/** What there is to know beyond the rows when an account is held against a market. */
export interface MarketView {
  /** The epoch, unix seconds. */
  readonly timestamp: number;
  readonly instruments: readonly Instrument[];
  /** Index price by underlying. */
  readonly index: Readonly<Record<string, Price>>;
  readonly revalue: Revalue;
}

/**
 * A requirement as a trader reads it. Money is USD as exact decimal strings, never rounded; greeks are model numbers.
 */
export interface Explanation {
  readonly set: string;
  readonly healthy: boolean;
  readonly coverage: string;
  readonly equity: string;
  readonly required: string;
  /** equity - coverage * required: what could be lost or withdrawn, negative when the account is short. */
  readonly surplus: string;
  /** As in `Requirement`. */
  readonly marginRatio: string | null;
  readonly scan: string;
  readonly floor: string;
  readonly charge: string;
  readonly concentration: string;
  /** Which of the two the requirement takes. */
  readonly binding: "scan" | "floor";
  /** Sum of the requirements of each position alone. */
  readonly isolated: string;
  readonly worstScenario: WorstScenario | null;
  readonly positions: readonly Contribution[];
  /** Per underlying held; empty for explicit rows, which know no kinds. */
  readonly greeks: readonly NetGreeks[];
  /** Per underlying held; empty for explicit rows. */
  readonly liquidation: readonly {
    readonly underlying: string;
    readonly index: string;
    readonly down: LiquidationPoint | null;
    readonly up: LiquidationPoint | null;
  }[];
}

export interface WorstScenario {
  readonly name: string;
  /** The weighted loss that `scan` is made of. */
  readonly total: string;
  /** `pnl` as it would happen, `counted` after the bucket's gain and loss ratios and the scenario's weight. */
  readonly buckets: readonly { readonly name: string; readonly pnl: string; readonly counted: string }[];
}

/** What one position does to the account. */
export interface Contribution {
  readonly instrument: string;
  readonly quantity: string;
  readonly mark: string;
  /** quantity * mark. */
  readonly value: string;
  /** Required of all positions less Required without this one; negative for a hedge. */
  readonly marginal: string;
  /** Profit or loss in the worst scenario, unweighted; null when no scenario loses. */
  readonly worstPnl: string | null;
}

/**
 * Explains one requirement set on one portfolio.
 * @param account.names instrument names by id, for what is held
 * @throws TacitError as `evaluate`
 */
export function explain(account: {
  readonly set: RequirementSet;
  readonly portfolio: Portfolio;
  readonly coverage: Coverage;
  readonly names: ReadonlyMap<number, string>;
  readonly market?: MarketView;
}): Explanation {
  const { set, portfolio, coverage, names, market } = account;
  const result = evaluate(set, portfolio, coverage);
  const worst = set.scenarios.findIndex(({ name }) => name === result.worstScenario);
  return {
    set: set.name,
    healthy: result.healthy,
    coverage: Coverage.format(coverage),
    equity: formatExact(result.equity),
    required: formatExact(result.required),
    surplus: formatDecimal(result.equity * 10_000n - coverage * result.required, 34),
    marginRatio: result.marginRatio,
    scan: formatExact(result.scan),
    floor: formatExact(result.floor),
    charge: formatExact(result.charge),
    concentration: formatExact(result.concentration),
    binding: result.scan >= result.floor ? "scan" : "floor",
    isolated: formatExact(isolatedRequirement(set, portfolio)),
    worstScenario: explainScenario(set, result, worst),
    positions: portfolio.positions.map((position, i): Contribution => {
      const { id, quantity } = position;
      const row = set.rows.get(id);
      const others = portfolio.positions.filter((_, j) => j !== i);
      return {
        instrument: names.get(id) ?? `instrument ${id}`,
        quantity: Quantity.format(quantity),
        mark: formatDecimal(row?.mark ?? 0n, Price.places),
        value: formatDecimal(quantity * (row?.mark ?? 0n), 12),
        marginal: formatExact(result.required - requiredOf(set, others)),
        worstPnl: worst < 0 ? null : formatDecimal(quantity * (row?.values[worst] ?? 0n), 12),
      };
    }),
    greeks: market === undefined ? [] : netGreeks(portfolio.positions, byId(market), market.timestamp),
    liquidation: market === undefined ? [] : explainLiquidation(portfolio, coverage, market),
  };
}

const byId = (market: MarketView): ReadonlyMap<number, Instrument> =>
  new Map(market.instruments.map((instrument) => [instrument.id, instrument]));

function explainScenario(set: RequirementSet, result: Requirement, worst: number): WorstScenario | null {
  const [scenario, total] = [set.scenarios[worst], result.scenarios[worst]?.total];
  if (scenario === undefined || total === undefined) return null;
  return {
    name: scenario.name,
    total: formatExact(total),
    buckets: result.buckets.map(({ name, pnl, counted }) => ({
      name,
      pnl: formatExact(pnl[worst] ?? 0n),
      counted: formatDecimal(scenario.weight * (counted[worst] ?? 0n), 39),
    })),
  };
}

function explainLiquidation(portfolio: Portfolio, coverage: Coverage, market: MarketView): Explanation["liquidation"] {
  const instruments = byId(market);
  const underlyings = new Set(portfolio.positions.flatMap(({ id }) => instruments.get(id)?.underlying ?? []));
  return [...underlyings].flatMap((underlying) => {
    const index = market.index[underlying];
    if (index === undefined) return [];
    const distance = distanceToLiquidation({ underlying, index, portfolio, coverage, revalue: market.revalue });
    return [{ underlying, index: Price.format(index), ...distance }];
  });
}
