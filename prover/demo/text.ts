import type { Explanation } from "../explain/explain.ts";
import { usd } from "../explain/money.ts";
import type { MarketSummary } from "../market/show.ts";

/** Rows in aligned columns. @param align per column `l` for left or `r` for right */
export function table(align: string, rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  const pad = (cell: string, i: number) => cell[align[i] === "r" ? "padStart" : "padEnd"](widths[i] ?? 0);
  return rows.map((row) => row.map(pad).join("  ").trimEnd());
}

/** Words in lines of at most `width` characters, a longer word in a line of its own. @param gap between two words */
export function wrap(words: readonly string[], width: number, gap = " "): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + gap.length + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last}${gap}${word}`;
  }
  return lines;
}

export const seconds = (value: number): string => `${value.toFixed(1)} s`;
export const gas = (value: bigint): string => `${value.toLocaleString("en-US")} gas`;
export const hex = (value: bigint): string => `0x${value.toString(16).padStart(64, "0")}`;
/** Enough of a number to tell it from another. */
export const short = (value: bigint): string => `${hex(value).slice(0, 10)}..${hex(value).slice(-8)}`;
export const moment = (timestamp: number): string =>
  `${new Date(timestamp * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
const percent = (fraction: string | null): string =>
  fraction === null ? "-" : `${(Number(fraction) * 100).toFixed(2)}%`;

/** A market in a few lines. */
export function marketLines(summary: MarketSummary): string[] {
  const { kinds, expiries, instruments, underlyings, venue, time, profile } = summary;
  const counted = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`);
  const dates = expiries.map(({ expiry }) => expiry.slice(0, 10));
  return [
    `${venue} at ${time}, margined by profile ${profile}`,
    `${instruments} instruments (${counted.join(", ")}), expiries from ${dates[0]} to ${dates.at(-1)}`,
    ...Object.entries(underlyings).map(
      ([name, { index, sigma, priceRange }]) =>
        `${name} at ${usd(index)}, daily volatility ${percent(sigma)}, price range ${percent(priceRange)}`,
    ),
  ];
}

/** What netting is worth to each account, in both sets. */
export function requirementTable(rows: readonly (readonly [title: string, of: Explanation])[]): string[] {
  const columns = ["account", "set", "equity", "isolated", "cross", "netted", "ratio", ""];
  return table("llrrrrrl", [columns, ...rows.map(([title, e]) => requirementRow(title, e))]);
}

function requirementRow(title: string, e: Explanation): string[] {
  const [isolated, cross] = [Number(e.isolated), Number(e.required)];
  const netted = isolated === 0 ? "-" : `${(100 * (1 - cross / isolated)).toFixed(0)}%`;
  const ratio = e.marginRatio === null ? "-" : Number(e.marginRatio).toFixed(2);
  return [
    title,
    e.set,
    usd(e.equity),
    usd(e.isolated),
    usd(e.required),
    netted,
    ratio,
    e.healthy ? "covered" : "NOT COVERED",
  ];
}

/** How far prices may move before an account is not covered any more. */
export function distanceLine(title: string, e: Explanation): string {
  const moves = e.liquidation.flatMap(({ underlying, down, up }) =>
    [down, up].flatMap((point) =>
      point === null
        ? []
        : [
            `${underlying} at ${usd(point.price)} (${Number(point.move) > 0 ? "+" : ""}${Number(point.move).toFixed(1)}%)`,
          ],
    ),
  );
  return `${title}: ${moves.length === 0 ? "at no price from -95% to +300%" : moves.join(", ")}`;
}

/** Why an account is not covered, as a trader would say it. */
export function shortfall(title: string, e: Explanation): string {
  const worst = e.worstScenario;
  const heaviest = e.positions.reduce((most, next) => (Number(next.marginal) > Number(most.marginal) ? next : most));
  const losses = worst?.buckets.filter(({ pnl }) => Number(pnl) !== 0).map(({ name, pnl }) => `${name} ${usd(pnl)}`);
  return [
    `${title} is not covered: its equity is ${usd(e.equity)} USD, ${e.set} requires ${usd(e.required)} USD, and`,
    `${usd(magnitude(e.surplus))} USD are missing.`,
    ...(worst === null
      ? []
      : [`Worst scenario "${worst.name}": ${losses?.join(", ")}; ${usd(magnitude(worst.total))} of the loss counts.`]),
    `${heaviest.instrument} weighs most: without its ${heaviest.quantity}, ${usd(heaviest.marginal)} USD less would be required.`,
  ].join(" ");
}

const magnitude = (decimal: string): string => decimal.replace("-", "");
