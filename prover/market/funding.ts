import { TacitError } from "../units/errors.ts";
import type { Instrument } from "./types.ts";

/**
 * What one unit held long has paid in funding since its perpetual was listed, by underlying: USD, negative where it has
 * received. `docs/EXPIRY.md` says why no position needs more.
 */
export type Funding = Readonly<Record<string, number>>;

/** Puts funding into the perpetuals that have it. @throws TacitError `BAD_FUNDING` for one that is not listed */
export function withFunding<T extends Omit<Instrument, "id">>(instruments: readonly T[], funding: Funding): T[] {
  const perps = new Set(instruments.filter(({ kind }) => kind === "perp").map(({ underlying }) => underlying));
  for (const [underlying, paid] of Object.entries(funding)) {
    if (!perps.has(underlying)) throw bad(`the chain has no perpetual of ${underlying}`);
    if (Number(paid.toFixed(6)) !== paid || Math.abs(paid) > 1e7) {
      throw bad(`${paid} of ${underlying} is not an amount of USD with at most 6 decimals`);
    }
  }
  return instruments.map((instrument) => {
    const paid = instrument.kind === "perp" ? funding[instrument.underlying] : undefined;
    return paid === undefined || paid === 0 ? instrument : { ...instrument, funding: paid };
  });
}

/** The funding that a market's perpetuals carry. */
export const fundingOf = (instruments: readonly Instrument[]): Funding =>
  Object.fromEntries(
    instruments.flatMap(({ underlying, funding }) => (funding === undefined ? [] : [[underlying, funding]])),
  );

const bad = (problem: string): TacitError => new TacitError("BAD_FUNDING", `funding: ${problem}`);
