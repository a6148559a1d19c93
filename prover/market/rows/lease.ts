import { hasExpired } from "../settled.ts";
import { SECONDS_PER_DAY, startOfDay } from "../time.ts";
import type { Instrument, MarketInputs } from "../types.ts";
import { type Charges, charge } from "./charge.ts";
import { type DerivedUnderlying, derive } from "./derive.ts";
import { number } from "./numbers.ts";
import { type Line, linearMove, type Methodology, type Repriced, reprice } from "./reprice.ts";
import { shockVolatility } from "./shocks.ts";

/** Where one underlying may be while a lease runs: a corner of the band's box, or the middle of its price edge. */
interface Place {
  /** Of its index and forwards, as a fraction. */
  readonly move: number;
  /** Of the implied volatility of an option with 30 days left, as a fraction. */
  readonly volatility: number;
  readonly timestamp: number;
  /** What its history says there. */
  readonly state: DerivedUnderlying;
}

/** What a lease may see of a market. */
export interface Outlook {
  readonly places: Readonly<Record<string, readonly Place[]>>;
  /** At the epoch. */
  readonly ranges: Readonly<Record<string, number | null>>;
  /** By how much the widest range at any place exceeds that of the epoch; at least 1. */
  readonly widening: number;
  readonly shift: Shift;
}

/**
 * How the initial scan holds a small move of prices and nothing else: by its lines nearest to no move, of which the one
 * with volatility up and the one with volatility down are mixed so that volatility cancels out.
 */
interface Shift {
  readonly up: number;
  readonly rise: readonly [up: number, down: number];
  readonly fall: readonly [up: number, down: number];
}

/**
 * The places of a profile's lease; null for a profile without one. An option is worth least late and calm, and most at once
 * and nervous, so two places a price do, and four where a day ends on the way: its close changes the ranges.
 */
export function outlook(
  inputs: MarketInputs,
  derived: Readonly<Record<string, DerivedUnderlying>>,
  how: Methodology,
): Outlook | null {
  const { lease, volatilityShock: shock } = how.profile;
  if (lease === undefined || shock === undefined) return null;
  const [width, volatility] = [number(lease.width), number(lease.volatility)];
  const end = inputs.timestamp + Math.round(number(lease.hours) * 3600);
  const days = (startOfDay(end) - startOfDay(inputs.timestamp)) / SECONDS_PER_DAY;
  const corners = [
    { timestamp: end, volatility: -volatility },
    { timestamp: inputs.timestamp, volatility },
    ...(days === 0
      ? []
      : [
          { timestamp: inputs.timestamp, volatility: -volatility },
          { timestamp: end, volatility },
        ]),
  ];
  let widening = 1;
  const places = Object.entries(inputs.underlyings).map(([name, { index, closes }]): [string, Place[]] => {
    const at = [-width, 0, width].flatMap((move) => {
      const ended = [...closes, ...Array.from({ length: days }, () => index * (1 + move))];
      const exact = derive({ ...inputs, underlyings: { [name]: { index, closes: ended } } }, how.profile, name);
      // Up to 6 places: a close of a year ago does not make the last digit of a charge flutter.
      const after = { ...exact, priceRange: exact.priceRange && Math.ceil(exact.priceRange * 1e6) / 1e6 };
      const range = derived[name]?.priceRange ?? null;
      if (range !== null && exact.priceRange !== null) widening = Math.max(widening, exact.priceRange / range);
      return corners.map(({ timestamp, volatility }) => {
        const state = days > 0 && timestamp === end ? after : derived[name];
        return { move, volatility, timestamp, state: state ?? after };
      });
    });
    return [name, at];
  });
  const [up, down] = [number(shock.up), number(shock.down)];
  return {
    places: Object.fromEntries(places),
    ranges: Object.fromEntries(Object.entries(derived).map(([name, { priceRange }]) => [name, priceRange])),
    widening,
    shift: { up: down / (up + down), rise: nearest(how.scenarios, 1), fall: nearest(how.scenarios, -1) },
  };
}

/** The pair of joint lines that move prices least to one side, as indices. */
function nearest(lines: readonly Line[], side: 1 | -1): [number, number] {
  const find = (volatility: "up" | "down") => {
    const able = lines
      .map((line, index) => ({ line, index }))
      .filter(
        ({ line }) =>
          line.unit === "range" && line.only === undefined && line.volatility === volatility && line.move * side > 0,
      )
      .sort((a, b) => Math.abs(a.line.move) - Math.abs(b.line.move));
    return able[0]?.index ?? 0;
  };
  return [find("up"), find("down")];
}

/**
 * What the initial set charges for one unit, so that an account which it holds healthy stays healthy under the maintenance
 * set at every place: the most that the maintenance set charges there, and what its scan asks there beyond what
 * the initial scan already holds. `docs/BANDS.md` derives it.
 */
export function leaseCharges(instrument: Instrument, here: Repriced, how: Methodology, view: Outlook): Charges {
  let asked: Charges = { long: 0, short: 0 };
  let beyond: Charges = { long: 0, short: 0 };
  // Late and calm, where a price's places begin, an option bends most.
  let [gap, move] = [0, Number.NaN];
  for (const place of view.places[instrument.underlying] ?? []) {
    const there = instrumentAt(instrument, place, how);
    const repriced = reprice(there, place.timestamp, place.state, how);
    if (place.move !== move) [gap, move] = [repriced.gap(), place.move];
    const bend = gap;
    const moved = { ...repriced, gap: () => bend };
    const lapsed = hasExpired(there, place.timestamp);
    if (!lapsed) asked = most(asked, charge(there, moved, place.state, how.profile, "maintenance"));
    if (instrument.kind === "option" || lapsed) {
      beyond = most(beyond, excess(instrument, here, moved, place, how, view));
    }
  }
  return { long: asked.long + beyond.long, short: asked.short + beyond.short };
}

/** The larger of both, side by side. */
export const most = (a: Charges, b: Charges): Charges => ({
  long: Math.max(a.long, b.long),
  short: Math.max(a.short, b.short),
});

/** The instrument at a place: what lapsed on the way settled where its underlying stands there. */
function instrumentAt(instrument: Instrument, place: Place, { shock }: Methodology): Instrument {
  const forward = instrument.forward * (1 + place.move);
  const { volatility, expiry } = instrument;
  if (volatility === undefined || expiry === undefined || shock === null || hasExpired(instrument, place.timestamp)) {
    return { ...instrument, forward };
  }
  const days = (expiry - place.timestamp) / SECONDS_PER_DAY;
  const size = Math.abs(place.volatility);
  const moved = { ...shock, up: size, down: size, upFloor: 0 };
  return {
    ...instrument,
    forward,
    volatility: shockVolatility(volatility, days, place.volatility > 0 ? "up" : "down", moved),
  };
}

/**
 * What one unit asks beyond the lines of the initial scan that answer for it. In a scenario, the maintenance set counts the
 * loss from the place on, `w values'`, after the loss up to the place. Against it stand w of the same line and as much of
 * the shift as makes the two agree for whatever is linear in the price; the rest is curvature, volatility and time.
 */
function excess(
  { underlying, forward }: Instrument,
  here: Repriced,
  there: Repriced,
  { move, state }: Place,
  how: Methodology,
  { shift, ranges }: Outlook,
): Charges {
  const range = ranges[underlying] ?? null;
  const gone = there.mark - here.mark;
  const lineAt = (line: Line, at: number | null) => linearMove(line, underlying, at);
  const shifted = (by: number) => {
    const [up, down] = by > 0 ? shift.rise : shift.fall;
    const line = how.scenarios[up];
    if (by === 0 || line === undefined) return 0;
    const held = shift.up * (here.values[up] ?? 0) + (1 - shift.up) * (here.values[down] ?? 0);
    return (by / lineAt(line, range)) * held;
  };
  const factor = number(how.profile.sets.maintenance.factor);
  const open = how.scenarios.map((line, s) => {
    const weight = line.weight * factor;
    const by = weight * (lineAt(line, state.priceRange) * (1 + move) - lineAt(line, range)) + move;
    return weight * ((there.values[s] ?? 0) - (here.values[s] ?? 0)) + gone - shifted(by);
  });
  // The floors: the initial `a` and `h` answer for what is linear.
  const { a, h } = how.profile.sets.maintenance;
  const bent = gone - move * here.delta;
  const [turned, grown] = [
    there.delta - here.delta * (1 + move),
    Math.abs(there.delta) - Math.abs(here.delta) * (1 + move),
  ];
  const floor = (number(a) - number(h) / 2) * Math.abs(turned) + (number(h) / 2) * Math.max(grown, 0);
  // Sums of prices of this size carry rounding errors of no more.
  const noise = forward * 1e-12;
  return {
    long: Math.max(0, floor - bent, ...open.map((value) => -value)) + noise,
    short: Math.max(0, floor + bent, ...open) + noise,
  };
}
