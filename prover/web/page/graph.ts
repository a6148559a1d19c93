import type { GraphPoint, RiskGraph } from "../../explain/graph.ts";
import type { Report } from "../work/report.ts";
import { figures, fill, h, s } from "./dom.ts";
import { moment, round } from "./words.ts";

const [WIDTH, HEIGHT] = [720, 340];
const [LEFT, RIGHT, TOP, BOTTOM] = [78, 14, 14, 34];

/** Profit and loss over the price of each underlying held. */
export function showGraphs(container: HTMLElement, { graphs }: Report): void {
  fill(
    container,
    h("h2", { id: "graph-title" }, "Risk graph"),
    graphs.length === 0
      ? h("p", {}, "Nothing is held whose price could move.")
      : h(
          "p",
          {},
          "Profit and loss from today’s marks when one index moves and all else stays. Curves are model values.",
        ),
    ...graphs.map(oneGraph),
  );
}

function oneGraph(graph: RiskGraph): HTMLElement {
  const { underlying, horizon, breakEvens, index } = graph;
  const apart = breakEvens.now.filter((price) => Math.abs(price / index - 1) > 0.001);
  const later = horizon === null ? null : `at expiry, ${moment(horizon)}`;
  const words = (prices: readonly number[]) => (prices.length === 0 ? "none in view" : prices.map(round).join(", "));
  return h(
    "figure",
    {},
    h("h3", {}, underlying),
    draw(graph),
    h(
      "figcaption",
      {},
      h(
        "p",
        { class: "legend" },
        h("span", { class: "key now" }),
        "now ",
        later !== null && h("span", { class: "key later" }),
        later ?? "",
      ),
      h(
        "p",
        {},
        later === null ? "" : `Break-even ${later}: ${words(breakEvens.later)}. `,
        `Break-even now, beside the index itself: ${words(apart)}.`,
      ),
    ),
    h("details", {}, h("summary", {}, `${underlying} as a table`), pointsTable(graph)),
  );
}

function pointsTable({ points, index, horizon, underlying }: RiskGraph): HTMLElement {
  const every = points.filter(({ price }, i) => i % 10 === 0 || price === index);
  return figures(
    `${underlying}: profit and loss by index price, USD`,
    ["Index", "Now", ...(horizon === null ? [] : ["At expiry"])],
    every.map(({ price, now, later }) => [round(price), round(now), ...(horizon === null ? [] : [round(later)])]),
  );
}

function draw({ points, index, underlying, horizon }: RiskGraph): SVGElement {
  const values = points.flatMap(({ now, later }) => [now, later]);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const spread = high - low || 1;
  const [first = 0, last = 1] = [points[0]?.price, points.at(-1)?.price];
  const x = (price: number) => LEFT + ((price - first) / (last - first)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => TOP + ((high - value) / spread) * (HEIGHT - TOP - BOTTOM);
  const path = (curve: "now" | "later") =>
    points
      .map((point: GraphPoint, i) => `${i === 0 ? "M" : "L"}${x(point.price).toFixed(1)} ${y(point[curve]).toFixed(1)}`)
      .join("");
  const name =
    `Profit and loss of ${underlying} between ${round(first)} and ${round(last)} USD: ` +
    `from ${round(low)} to ${round(high)} USD. The figures are in the table below.`;
  return s(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": name, class: "chart" },
    ...ticks(low, high).map((value) =>
      s(
        "g",
        { class: value === 0 ? "zero" : "rule" },
        s("line", { x1: `${LEFT}`, x2: `${WIDTH - RIGHT}`, y1: y(value).toFixed(1), y2: y(value).toFixed(1) }),
        s("text", { x: `${LEFT - 8}`, y: (y(value) + 4).toFixed(1), "text-anchor": "end" }, round(value)),
      ),
    ),
    ...ticks(first, last)
      .filter((price) => price >= first && price <= last)
      .map((price) =>
        s("text", { x: x(price).toFixed(1), y: `${HEIGHT - 10}`, "text-anchor": "middle" }, round(price)),
      ),
    s("line", {
      class: "index",
      x1: x(index).toFixed(1),
      x2: x(index).toFixed(1),
      y1: `${TOP}`,
      y2: `${HEIGHT - BOTTOM}`,
    }),
    horizon !== null && s("path", { class: "curve later", d: path("later") }),
    s("path", { class: "curve now", d: path("now") }),
  );
}

/** Round numbers across a range, some five of them, zero among them where it is inside. */
function ticks(low: number, high: number): number[] {
  const rough = (high - low) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const from = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - from + 1 }, (_, i) => (from + i) * step);
}
