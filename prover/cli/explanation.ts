import { type Explanation, explain } from "../explain/explain.ts";
import { revaluer } from "../explain/shift.ts";
import { inputsOf } from "../market/decompose.ts";
import type { SetName } from "../market/types.ts";
import type { Portfolio } from "../risk/types.ts";
import type { Coverage } from "../units/units.ts";
import type { LoadedMarket } from "./load.ts";

/** Explains a portfolio in one requirement set of a market, greeks and distance to liquidation included. */
export function explainInMarket(
  { market, raw }: LoadedMarket,
  set: SetName,
  portfolio: Portfolio,
  coverage: Coverage,
): Explanation {
  const { timestamp, instruments, index } = market;
  return explain({
    set: market.sets[set],
    portfolio,
    coverage,
    names: new Map(instruments.map(({ id, name }) => [id, name])),
    market: {
      timestamp,
      instruments,
      index,
      revalue: revaluer(inputsOf(raw), raw.profile, set, portfolio.positions),
    },
  });
}

/** The figures of `docs/SPEC.md` as `--json` gives them: exact decimal strings, the worst scenario by its name. */
export function figures(e: Explanation) {
  const { equity, required, scan, floor, charge, concentration, marginRatio, healthy, worstScenario } = e;
  const worst = worstScenario?.name ?? null;
  return { equity, required, scan, floor, charge, concentration, marginRatio, healthy, worstScenario: worst };
}

/** The figures with everything that explains them. */
export function explained(e: Explanation) {
  const { coverage, surplus, binding, isolated, worstScenario, positions, greeks, liquidation } = e;
  const worst = worstScenario === null ? null : { total: worstScenario.total, buckets: worstScenario.buckets };
  return { ...figures(e), coverage, surplus, binding, isolated, worst, positions, greeks, liquidation };
}
