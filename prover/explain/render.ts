import { styleText } from "node:util";
import type { Explanation } from "./explain.ts";
import { usd } from "./money.ts";

type Style = "bold" | "green" | "red" | "dim";

/**
 * An explanation as an aligned table for a terminal. Money is rounded to cents, half away from zero, except where that
 * would make nothing of something; the exact figures are in the explanation itself.
 */
export function renderExplanation(e: Explanation, options: { readonly color: boolean }): string {
  // The caller decides on colour, not the stream that happens to be standard output.
  const paint = (style: Style, text: string) =>
    options.color ? styleText(style, text, { validateStream: false }) : text;
  const heading = (text: string) => paint("bold", text);
  const verdict = e.healthy ? paint("green", "covered") : paint("red", "NOT COVERED");

  const larger = (name: "scan" | "floor") => (e.binding === name ? ", the larger" : "");
  const sections = [
    [
      `${heading(`${e.set} requirement`)}: ${verdict} at ${e.coverage}x`,
      ...table([
        ["equity", usd(e.equity)],
        ["required", usd(e.required)],
        [`  scan${larger("scan")}`, usd(e.scan)],
        [`  floor${larger("floor")}`, usd(e.floor)],
        ["  charge", usd(e.charge)],
        ["  concentration", usd(e.concentration)],
        ["surplus", usd(e.surplus)],
        ["margin ratio", e.marginRatio ?? "nothing required"],
        ["isolated, without netting", usd(e.isolated)],
      ]),
    ],
  ];
  if (e.worstScenario !== null) {
    const { name, total, buckets } = e.worstScenario;
    sections.push([
      `${heading("worst scenario")}: ${name}, ${usd(total)}`,
      ...table([["bucket", "P&L", "counted"], ...buckets.map((b) => [b.name, usd(b.pnl), usd(b.counted)])]),
    ]);
  }
  if (e.positions.length > 0) {
    sections.push([
      heading("positions"),
      ...table([
        ["instrument", "quantity", "value", "P&L in worst", "adds to required"],
        ...e.positions.map((p) => [
          p.instrument,
          p.quantity,
          usd(p.value),
          p.worstPnl === null ? "-" : usd(p.worstPnl),
          usd(p.marginal),
        ]),
      ]),
    ]);
  }
  if (e.greeks.length > 0) {
    sections.push([
      heading("net greeks"),
      ...table([
        ["underlying", "delta", "gamma per USD", "vega per point", "theta per day"],
        ...e.greeks.map((g) => [
          g.underlying,
          g.delta.toFixed(4),
          g.gamma.toFixed(8),
          usd(g.vega.toFixed(2)),
          usd(g.theta.toFixed(2)),
        ]),
      ]),
    ]);
  }
  if (e.liquidation.length > 0) {
    sections.push([
      `${heading("distance to liquidation")}, searched from -95% to +300%`,
      ...table([
        ["underlying", "index", "fall", "at", "rise", "at"],
        ...e.liquidation.map(({ underlying, index, down, up }) => [
          underlying,
          usd(index),
          down === null ? "none" : `${down.move}%`,
          down === null ? "-" : usd(down.price),
          up === null ? "none" : `${up.move}%`,
          up === null ? "-" : usd(up.price),
        ]),
      ]),
    ]);
  }
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** Rows in aligned columns: the first to the left, figures to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  const align = (cell: string, i: number) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0));
  return rows.map((row) => `  ${row.map(align).join("  ")}`);
}
