import { type Book, parseBook } from "../../account/book.ts";
import type { Explanation } from "../../explain/explain.ts";
import { type RiskGraph, riskGraph } from "../../explain/graph.ts";
import { type StressGrid, stressGrid } from "../../explain/grid.ts";
import { explainInMarket, type OpenMarket } from "../../explain/inMarket.ts";
import { inputsOf, setsOf } from "../../market/decompose.ts";
import { parseMarketFile } from "../../market/file.ts";
import type { Instrument, SetName } from "../../market/types.ts";
import { Coverage, Price } from "../../units/units.ts";

/** What the page shows of a market. */
export interface MarketInfo {
  readonly venue: string;
  readonly timestamp: number;
  readonly profile: string;
  readonly index: Readonly<Record<string, string>>;
  /** As the file states them, in hexadecimal; proving rebuilds them. */
  readonly roots: Readonly<Record<SetName, string>>;
  readonly instruments: readonly (Pick<Instrument, "id" | "name" | "kind" | "underlying"> & {
    readonly mark: string;
  })[];
}

/** Everything the page shows of a book. */
export interface Report {
  readonly sets: Readonly<Record<SetName, Explanation>>;
  readonly grids: Readonly<Record<SetName, StressGrid>>;
  readonly graphs: readonly RiskGraph[];
}

/**
 * A market for computing margins: its numbers are read and checked, its roots are not rebuilt, which proving does.
 * @throws TacitError as `parseMarketFile` and `setsOf`
 */
export function openMarketFile(bytes: Uint8Array, file: string): OpenMarket {
  const raw = parseMarketFile(bytes, file);
  const { instruments, timestamp } = inputsOf(raw);
  const index = Object.entries(raw.underlyings).map(([name, { index }]) => [
    name,
    Price.parse(index, `${file}: ${name}`),
  ]);
  return { raw, market: { timestamp, instruments, index: Object.fromEntries(index), sets: setsOf(raw, file) } };
}

export function describeMarket({ raw, market }: OpenMarket): MarketInfo {
  return {
    venue: raw.venue,
    timestamp: raw.timestamp,
    profile: raw.profile.name,
    index: Object.fromEntries(Object.entries(market.index).map(([name, price]) => [name, Price.format(price)])),
    roots: { maintenance: raw.sets.maintenance.requirementRoot, initial: raw.sets.initial.requirementRoot },
    instruments: raw.instruments.map(({ id, name, kind, underlying, mark }) => ({ id, name, kind, underlying, mark })),
  };
}

/** @param coverage a decimal string. @throws TacitError as `parseBook` */
export function reportOn(open: OpenMarket, book: Book, coverage: string): Report {
  const { market, raw } = open;
  const portfolio = parseBook(JSON.stringify(book), "the book", market.instruments);
  const multiple = Coverage.parse(coverage, "coverage");
  const instruments = new Map(market.instruments.map((instrument) => [instrument.id, instrument]));
  const underlyings = new Set(portfolio.positions.flatMap(({ id }) => instruments.get(id)?.underlying ?? []));
  return {
    sets: {
      maintenance: explainInMarket(open, "maintenance", portfolio, multiple),
      initial: explainInMarket(open, "initial", portfolio, multiple),
    },
    grids: {
      maintenance: stressGrid(market.sets.maintenance, raw.profile, portfolio),
      initial: stressGrid(market.sets.initial, raw.profile, portfolio),
    },
    graphs: [...underlyings].map((underlying) =>
      riskGraph({
        underlying,
        index: Number(raw.underlyings[underlying]?.index),
        positions: portfolio.positions,
        instruments,
        timestamp: raw.timestamp,
      }),
    ),
  };
}
