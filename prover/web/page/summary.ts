import type { Explanation } from "../../explain/explain.ts";
import { usd } from "../../explain/money.ts";
import type { Report } from "../work/report.ts";
import { figures, fill, h } from "./dom.ts";
import { SET_WORDS, short } from "./words.ts";

const ROWS: readonly { readonly name: string; readonly of: (e: Explanation) => string }[] = [
  { name: "Equity", of: (e) => usd(e.equity) },
  { name: "Required, cross", of: (e) => usd(e.required) },
  { name: "Required, isolated", of: (e) => usd(e.isolated) },
  { name: "Surplus", of: (e) => usd(e.surplus) },
  {
    name: "Margin ratio",
    of: (e) => (e.marginRatio === null ? "nothing required" : `${Number(short(e.marginRatio, 2)).toFixed(2)}×`),
  },
  { name: "Worst scenario", of: (e) => (e.worstScenario === null ? "none loses" : e.worstScenario.name) },
  { name: "… scan", of: (e) => usd(e.scan) },
  { name: "… floor", of: (e) => usd(e.floor) },
  { name: "… charges", of: (e) => usd(e.charge) },
  { name: "… concentration", of: (e) => usd(e.concentration) },
];

/** Margin now, in both sets; with what it was before, where something was changed. */
export function showSummary(container: HTMLElement, report: Report, before: Report | undefined): void {
  const { maintenance, initial } = report.sets;
  const cell = (of: (e: Explanation) => string, set: "maintenance" | "initial") => {
    const now = of(report.sets[set]);
    const was = before === undefined ? now : of(before.sets[set]);
    return h("span", {}, now, was !== now && h("span", { class: "was" }, `was ${was}`));
  };
  fill(
    container,
    h("h2", { id: "summary-title" }, before === undefined ? "Margin now" : "Margin with your changes"),
    verdict(maintenance, initial),
    figures(
      "Requirement, USD",
      ["", SET_WORDS.maintenance.name, SET_WORDS.initial.name],
      ROWS.map(({ name, of }) => [name, cell(of, "maintenance"), cell(of, "initial")]),
    ),
    distance(maintenance),
    greeks(maintenance),
  );
}

function verdict(maintenance: Explanation, initial: Explanation): HTMLElement {
  const [word, text] = maintenance.healthy
    ? initial.healthy
      ? ["covered", "Equity covers the maintenance and the initial requirement."]
      : ["thin", "Equity covers maintenance, but not the initial requirement: no room for new risk."]
    : ["short", "Equity does NOT cover the maintenance requirement: the account can be liquidated."];
  const ratio =
    maintenance.marginRatio === null
      ? ""
      : ` ${Number(short(maintenance.marginRatio, 2)).toFixed(2)} times maintenance.`;
  return h("p", { class: `verdict ${word}` }, h("strong", {}, text), ratio);
}

function distance({ liquidation }: Explanation): HTMLElement | null {
  if (liquidation.length === 0) return null;
  const point = (at: { move: string; price: string } | null) =>
    at === null ? "none found" : `${usd(at.price)} (${short(at.move, 1)}%)`;
  return figures(
    "Distance to liquidation: the index at which maintenance is no longer covered, all else equal, searched from -95% to +300%",
    ["Underlying", "Index now", "Falling to", "Rising to"],
    liquidation.map(({ underlying, index, down, up }) => [underlying, usd(index), point(down), point(up)]),
  );
}

function greeks({ greeks }: Explanation): HTMLElement | null {
  if (greeks.length === 0) return null;
  return figures(
    "Net greeks",
    ["Underlying", "Delta", "Gamma per USD", "Vega per point", "Theta per day"],
    greeks.map((g) => [
      g.underlying,
      g.delta.toFixed(4),
      g.gamma.toFixed(7),
      usd(g.vega.toFixed(2)),
      usd(g.theta.toFixed(2)),
    ]),
  );
}
