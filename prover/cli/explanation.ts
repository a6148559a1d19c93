import type { Explanation } from "../explain/explain.ts";

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
