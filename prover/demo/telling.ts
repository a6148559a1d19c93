import { SET_NAMES } from "../market/types.ts";
import type { Portfolio } from "../risk/types.ts";
import { byTrader, explainOn, type Requirements, TRADER_NAMES, TRADERS, type TraderName } from "./accounts.ts";
import { buildDay, type Day } from "./days.ts";
import { type Narrator, WIDTH } from "./narrator.ts";
import type { Stage } from "./stage.ts";
import { hex, marketLines, moment, requirementTable, seconds, short, table, wrap } from "./text.ts";

/** Builds a day's market and tells of it. */
export async function openDay(say: Narrator, date: string, before?: Day): Promise<Day> {
  const day = await say.work("building the market", () => buildDay(date, before?.listings ?? []));
  for (const line of marketLines(day.summary)) say.line(line);
  if (before !== undefined) {
    const moves = Object.entries(day.market.index).map(([name, price]) => {
      const earlier = before.market.index[name] ?? price;
      return `${name} ${((100 * Number(price - earlier)) / Number(earlier)).toFixed(1)}%`;
    });
    const added = day.listings.length - before.listings.length;
    say.line(`Since the day before: ${moves.join(", ")}; ${added} instruments newly listed, all others keep ids`);
  }
  for (const set of SET_NAMES) say.line(`${set.padEnd(11)} root ${hex(day.market.sets[set].requirementRoot)}`);
  say.event(`Rows and roots of both sets, built from ${day.source}`, seconds(day.seconds));
  return day;
}

/** Both requirements of every trader. */
export const requirementsOn = (
  say: Narrator,
  day: Day,
  portfolios: Readonly<Record<TraderName, Portfolio>>,
): Promise<Requirements> =>
  say.work("computing the requirements", () =>
    byTrader((name) => ({
      maintenance: explainOn(day, "maintenance", portfolios[name]),
      initial: explainOn(day, "initial", portfolios[name]),
    })),
  );

export function tellPortfolios(say: Narrator, requirements: Requirements): void {
  for (const name of TRADER_NAMES) {
    const { title, about } = TRADERS[name];
    const { positions } = requirements[name].maintenance;
    say.line(`${title}: ${about}`);
    const held = positions.map(({ instrument, quantity }) => `${quantity} ${instrument}`);
    for (const line of wrap(held, WIDTH - 4, ", ")) say.line(say.paint("quiet", `  ${line}`));
  }
}

export function tellRequirements(say: Narrator, requirements: Requirements): void {
  say.line();
  const rows = TRADER_NAMES.flatMap((name) =>
    SET_NAMES.map((set) => [TRADERS[name].title, requirements[name][set]] as const),
  );
  for (const line of requirementTable(rows)) say.line(line);
}

/** What everybody sees. */
export async function tellChain(say: Narrator, stage: Stage): Promise<void> {
  const accounts = await byTrader((name) => stage.view(name));
  const rows = Object.values(accounts).map(({ owner, commitment, size, status, leaseUntil }) => [
    `${owner.slice(0, 10)}..`,
    short(commitment),
    String(size),
    status,
    moment(leaseUntil),
  ]);
  say.line();
  say.line("All that the chain holds of them:");
  for (const line of table("llrll", [["owner", "commitment", "slots", "status", "until"], ...rows]))
    say.line(`  ${line}`);
}
