import type { Prover } from "../../prover/prove/prover.ts";
import type { DayResult } from "../day/day.ts";
import { amountsOfPositions, amountsThatMeet, measuredBounds } from "./amounts.ts";
import { guessGuardian, guessSecrets, guessStates, guessTickets } from "./dictionaries.ts";
import { plant, plantInRecord } from "./planted.ts";
import { readChain } from "./record.ts";
import {
  oddCopies,
  plainCopies,
  repeatedElements,
  repeatedNonces,
  repeatedPoints,
  repeatedStreams,
  smallDifferences,
} from "./repeats.ts";
import type { Search } from "./search.ts";
import { executionGas, lengths, orders, pauses } from "./series.ts";

/** A search with what was planted for it. */
export interface Judged extends Search {
  readonly planted: number;
  /** Planted and not found. */
  readonly missed: readonly string[];
  /** Found and not planted: a leak. */
  readonly leaks: readonly string[];
}

/** What is traded most: nobody would guess at the rest first. */
const LIQUID = ["BTC-PERPETUAL", "ETH-PERPETUAL", "BTC-27MAR26-60000-P", "BTC-27MAR26-80000-C", "ETH-27MAR26"];

/**
 * Everything that the chain holds of a day, searched for sizes, instruments and prices. Each search has leaks planted for it, and
 * must find all of them and nothing else.
 */
export async function searchDay(day: DayResult, prover: Prover): Promise<readonly Judged[]> {
  const { venue, markets, truths, guardian } = day;
  const last = markets.at(-1);
  if (last === undefined) throw new Error("the day has no market");
  const careless = await plant(venue, prover, last, { guardian: guardian.number, from: day.traders.length });
  const read = await readChain(venue.provider, venue.vault.vault);
  const { seen, planted, truths: more } = plantInRecord(read);
  const marks = markets.map(({ market }) => market);
  const hidden = [...truths, ...more];
  const searches: [key: string, search: Search][] = [
    ["tickets", await guessTickets(read, venue.vault, marks, LIQUID)],
    ["states", await guessStates(read)],
    ["secrets", await guessSecrets(read, async (key) => (await venue.guardians.key(key)).point)],
    ["guardian", await guessGuardian(read)],
    ["points", repeatedPoints(seen)],
    ["streams", repeatedStreams(seen)],
    ["steps", smallDifferences(seen)],
    ["elements", repeatedElements(seen)],
    ["nonces", repeatedNonces(seen)],
    ["lengths", oddCopies(seen)],
    ["plain", plainCopies(seen)],
    ["amounts", amountsOfPositions(seen, marks, LIQUID)],
    ["meeting", amountsThatMeet(seen)],
    ["bounds", measuredBounds(seen)],
    ["gas", orders(seen, hidden, executionGas(seen.calls))],
    ["length", orders(seen, hidden, lengths(seen.calls))],
    ["pause", orders(seen, hidden, pauses(seen.calls))],
  ];
  return searches.map(([key, search]) => {
    const wanted = careless[key] ?? planted[key] ?? [];
    const found = new Set(search.findings.map(({ hash }) => hash));
    return {
      ...search,
      planted: wanted.length,
      missed: wanted.filter((hash) => !found.has(hash)),
      leaks: search.findings.filter(({ hash }) => !wanted.includes(hash)).map(({ hash, what }) => `${hash}: ${what}`),
    };
  });
}

/** The searches as lines of text. */
export function renderSearches(searches: readonly Judged[]): string {
  const lines = searches.map(({ name, candidates, findings, planted, missed, leaks }) => {
    const found = new Set(findings.map(({ hash }) => hash)).size;
    const verdict = missed.length === 0 && leaks.length === 0 ? "" : `  MISSED ${missed.length}, LEAKS ${leaks.length}`;
    return `${name.padEnd(76)} ${candidates.toLocaleString("en-US").padStart(11)} tried ${String(found).padStart(3)} found ${String(planted).padStart(3)} planted${verdict}`;
  });
  const more = searches.flatMap(({ missed, leaks }) => [
    ...missed.map((hash) => `missed: ${hash}`),
    ...leaks.map((leak) => `leak: ${leak}`),
  ]);
  return [...lines, ...more].join("\n");
}
