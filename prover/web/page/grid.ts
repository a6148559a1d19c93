import type { GridCell, StressGrid } from "../../explain/grid.ts";
import { usd } from "../../explain/money.ts";
import type { SetName } from "../../market/types.ts";
import type { Report } from "../work/report.ts";
import { figures, fill, h } from "./dom.ts";
import { SET_WORDS } from "./words.ts";

const COLUMNS = { down: "Vol. down", same: "Vol. same", up: "Vol. up" } as const;

/** The scenarios as a table of moves and volatilities, and the others below it; the worst one says so in words. */
export function showGrid(container: HTMLElement, report: Report): void {
  const choice = h(
    "select",
    { id: "grid-set", onchange: () => draw(choice.value as SetName) },
    ...(["maintenance", "initial"] as const).map((set) => h("option", { value: set }, SET_WORDS[set].name)),
  );
  const body = h("div");
  const draw = (set: SetName) => fill(body, ...tables(report.grids[set]));
  fill(
    container,
    h("h2", { id: "stress-title" }, "Stress grid"),
    h(
      "p",
      {},
      "What each scenario would make or lose, in USD. Gains are cut across underlyings and far moves are dampened by their weight; ",
      "the worst result is the scan of the requirement.",
    ),
    h("p", {}, h("label", { for: "grid-set" }, "Requirement set "), choice),
    body,
  );
  draw("maintenance");
}

function tables({ columns, rows, others, worst }: StressGrid): HTMLElement[] {
  const cell = (found: GridCell | undefined) => {
    if (found === undefined) return "–";
    const isWorst = found.name === worst;
    return h(
      "span",
      {
        class: `amount ${found.counted.startsWith("-") ? "loss" : "gain"}${isWorst ? " worst" : ""}`,
        title: found.name,
      },
      usd(found.counted),
      isWorst && h("span", { class: "tag" }, "worst"),
    );
  };
  if (rows.length === 0 && others.length === 0)
    return [h("p", {}, "This methodology has no scenarios: floors and charges only.")];
  return [
    ...(rows.length === 0
      ? []
      : [
          figures(
            "All prices move together, by a part of their range",
            ["Price", ...columns.map((column) => COLUMNS[column])],
            rows.map(({ move, cells }) => [moveWords(move), ...columns.map((column) => cell(cells[column]))]),
          ),
        ]),
    ...(others.length === 0
      ? []
      : [
          figures(
            "Tails, and one underlying alone",
            ["Scenario", "P&L", "Weight", "Counted"],
            others.map((found) => [found.name, usd(found.pnl), found.weight, cell(found)]),
          ),
        ]),
  ];
}

const moveWords = (move: string): string =>
  move === "0" ? "unchanged" : `${move.startsWith("-") ? "−" : "+"}${move.replace("-", "")} range`;
