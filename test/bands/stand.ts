import { loadProfile } from "../../prover/market/profile/load.ts";
import type { Profile } from "../../prover/market/profile/schema.ts";
import { buildRows } from "../../prover/market/rows.ts";
import { SECONDS_PER_DAY } from "../../prover/market/time.ts";
import type { Instrument, MarketInputs } from "../../prover/market/types.ts";
import { evaluate } from "../../prover/risk/requirement.ts";
import type { Position, RequirementSet } from "../../prover/risk/types.ts";
import { type Cash, Coverage, type Quantity } from "../../prover/units/units.ts";
import { shippedInputs } from "../market/rows-market.ts";
import { type Box, maintenanceAt, type Place, placesOf } from "./box.ts";

export const ONE = Coverage.parse("1", "coverage");

/** The box that the shipped profile answers for. */
export function shippedBox({ lease }: Profile = loadProfile("portfolio")): Box {
  if (lease === undefined) throw new Error("the profile has no lease");
  return {
    width: Number(lease.width.value),
    volatility: Number(lease.volatility.value),
    lease: Number(lease.hours.value) * 3600,
  };
}

/** A market at its epoch, and the maintenance set everywhere in a box around it. */
export interface Stand {
  readonly inputs: MarketInputs;
  readonly initial: RequirementSet;
  readonly places: readonly { readonly place: Place; readonly maintenance: RequirementSet }[];
}

export function standAt(inputs: MarketInputs, profile: Profile, box: Box): Stand {
  const places = placesOf(box, Object.keys(inputs.underlyings)).map((place) => ({
    place,
    maintenance: maintenanceAt(inputs, profile, place),
  }));
  return { inputs, initial: buildRows(inputs, profile).initial, places };
}

/** What a book lacks at the worst place of a box when it starts with exactly its initial requirement. */
export interface Shortfall {
  /** Of the initial requirement: above 0, the book is unhealthy there. */
  readonly share: number;
  readonly place: Place;
}

/** Exact: the verdict is the model's own. @returns null for a book of which nothing is required */
export function worstShortfall({ initial, places }: Stand, positions: readonly Position[]): Shortfall | null {
  const bare = evaluate(initial, { cash: 0n as Cash, positions }, ONE);
  if (bare.required === 0n) return null;
  // The least cash, in 1e-12 USD, with which equity is no less than required.
  const lack = bare.required - bare.equity;
  const cash = (lack / 10n ** 18n + (lack > 0n && lack % 10n ** 18n !== 0n ? 1n : 0n)) as Cash;
  let worst: Shortfall | null = null;
  for (const { place, maintenance } of places) {
    const there = evaluate(maintenance, { cash, positions }, ONE);
    const share = Number(there.required - there.equity) / Number(bare.required);
    // A division must not hide what the exact comparison says.
    const told = there.healthy ? Math.min(share, 0) : Math.max(share, Number.MIN_VALUE);
    if (worst === null || told > worst.share) worst = { share: told, place };
  }
  return worst;
}

const TENORS = [0, 1, 2, 10, 23, 50, 142, 324];
const MONEYNESS = [0.6, 0.75, 0.84, 0.89, 0.945, 0.97, 1, 1.03, 1.055, 1.11, 1.165, 1.3, 1.6];

/**
 * A real chain thinned out: linear instruments, and for eight tenors the options out of the money nearest to each share of
 * the forward.
 * @param hours by which the epoch is moved, forwards and volatilities as they are: where in the day it stands decides
 * what expires and whether a day ends within a lease
 * @param keep names to keep besides
 */
export function thinned(
  day: "2026-02-04" | "2026-02-05",
  hours: number,
  tenors: readonly number[] = TENORS,
  shares: readonly number[] = MONEYNESS,
  keep: ReadonlySet<string> = new Set(),
): MarketInputs {
  const whole = shippedInputs(day);
  const timestamp = whole.timestamp + hours * 3600;
  const kept = new Set<Instrument>(whole.instruments.filter(({ kind, name }) => kind !== "option" || keep.has(name)));
  for (const underlying of Object.keys(whole.underlyings)) {
    const options = whole.instruments.filter((each) => each.kind === "option" && each.underlying === underlying);
    const nearest = <T>(of: readonly T[], far: (each: T) => number) =>
      of.reduce((best, each) => (far(each) < far(best) ? each : best));
    for (const tenor of tenors) {
      const { expiry } = nearest(options, (o) => Math.abs((o.expiry ?? 0) - timestamp - tenor * SECONDS_PER_DAY));
      const same = options.filter((o) => o.expiry === expiry);
      for (const share of shares) {
        const far = ({ strike = 0, forward }: Instrument) => Math.abs(strike / forward - share);
        for (const type of ["call", "put"] as const) {
          const able = same.filter((o) => o.optionType === type && (type === "call" ? share >= 0.97 : share <= 1.03));
          if (able.length > 0) kept.add(nearest(able, far));
        }
      }
    }
  }
  return { ...whole, timestamp, instruments: [...kept].sort((a, b) => a.id - b.id) };
}

/** Decimal strings by name, as the kept books have them. */
export function positionsOf(inputs: MarketInputs, quantities: Readonly<Record<string, string>>): Position[] {
  const ids = new Map(inputs.instruments.map(({ name, id }) => [name, id]));
  return Object.entries(quantities).map(([name, quantity]) => {
    const id = ids.get(name);
    if (id === undefined) throw new Error(`no instrument ${name}`);
    return { id, quantity: BigInt(Math.round(Number(quantity) * 1e6)) as Quantity };
  });
}
