import type { Row } from "../risk/types.ts";
import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";
import { Price, Ratio } from "../units/units.ts";
import { formatRoot, type MarketFile } from "./file.ts";
import { lapsedIn } from "./lapsed.ts";
import { hasExpired } from "./settled.ts";
import { countedRate, formatRate } from "./share.ts";
import { isoTime } from "./time.ts";
import { type InstrumentKind, type Market, SET_NAMES, type SetName } from "./types.ts";

/** A market at a glance; decimals as strings, times in ISO 8601. */
export interface MarketSummary {
  readonly venue: string;
  readonly time: string;
  readonly profile: string;
  /** Per underlying: index in USD; daily volatility, price range and haircut of collateral as fractions. */
  readonly underlyings: Readonly<
    Record<string, { readonly index: string } & MarketFile["underlyings"][string]["derived"]>
  >;
  readonly instruments: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** How many have expired, and how many of those have anything but a mark: a built market has none. */
  readonly lapsed: { readonly instruments: number; readonly risky: number };
  /** How many futures and options expire when, in order of time. */
  readonly expiries: readonly { readonly expiry: string; readonly underlying: string; readonly instruments: number }[];
  readonly roots: Readonly<Record<SetName, string>>;
}

/** One instrument's public lines in both sets; USD per unit as decimal strings. */
export interface InstrumentSummary {
  readonly id: number;
  readonly name: string;
  readonly kind: InstrumentKind;
  /** Whether it has expired: its mark is what it settled to, and it has no delta, scenario or charge. */
  readonly lapsed: boolean;
  /** Of a share: what its vault tells of one, and what counts, in the underlying. */
  readonly share?: { readonly underlying: string; readonly rate: string; readonly counted: string };
  readonly bucket: string;
  readonly mark: string;
  readonly delta: string;
  readonly charges: Readonly<Record<SetName, { readonly long: string; readonly short: string }>>;
  readonly scenarios: readonly {
    readonly name: string;
    readonly value: string;
    readonly weights: Readonly<Record<SetName, string>>;
  }[];
}

/** What `tacit market show` prints of a market. @param file the parsed file that `openMarket` opened */
export function summariseMarket(market: Market, file: MarketFile): MarketSummary {
  const kinds: Record<string, number> = {};
  const expiries = new Map<string, { expiry: number; underlying: string; instruments: number }>();
  for (const { kind, underlying, expiry } of market.instruments) {
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (expiry === undefined) continue;
    const entry = expiries.get(`${underlying} ${expiry}`) ?? { expiry, underlying, instruments: 0 };
    entry.instruments += 1;
    expiries.set(`${underlying} ${expiry}`, entry);
  }
  const inOrder = [...expiries.values()].sort((a, b) => a.expiry - b.expiry || (a.underlying < b.underlying ? -1 : 1));
  const lapsed = lapsedIn(market);
  return {
    venue: market.venue,
    time: isoTime(market.timestamp),
    profile: market.profile,
    underlyings: Object.fromEntries(
      Object.entries(file.underlyings).map(([name, { index, derived }]) => [name, { index, ...derived }]),
    ),
    instruments: market.instruments.length,
    kinds,
    lapsed: { instruments: lapsed.instruments.length, risky: lapsed.risky.length },
    expiries: inOrder.map((entry) => ({ ...entry, expiry: isoTime(entry.expiry) })),
    roots: bySet((name) => formatRoot(market.sets[name].requirementRoot)),
  };
}

/** What `tacit market show --instrument` prints. @throws TacitError `UNKNOWN_INSTRUMENT` */
export function summariseInstrument(market: Market, name: string): InstrumentSummary {
  const instrument = market.instruments.find((listed) => listed.name === name);
  if (instrument === undefined) {
    throw new TacitError("UNKNOWN_INSTRUMENT", `the market lists no instrument ${quote(name)}`, {
      hint: "Names are the venue's, such as BTC-27MAR26-60000-P.",
    });
  }
  const { id, kind, underlying, share } = instrument;
  const rows = bySet((set): Row => {
    const row = market.sets[set].rows.get(id);
    if (row === undefined) throw new TacitError("UNKNOWN_INSTRUMENT", `${name} has no row in the ${set} set`);
    return row;
  });
  const { bucket, mark, delta, values } = rows.initial;
  return {
    id,
    name,
    kind,
    lapsed: hasExpired(instrument, market.timestamp),
    ...(share === undefined
      ? {}
      : {
          share: {
            underlying,
            rate: formatRate(share.rate),
            counted: formatRate(countedRate(share, market.timestamp, name)),
          },
        }),
    bucket: market.sets.initial.buckets[bucket]?.name ?? String(bucket),
    mark: Price.format(mark),
    delta: Price.format(delta),
    charges: bySet((set) => ({ long: Price.format(rows[set].long), short: Price.format(rows[set].short) })),
    scenarios: market.sets.initial.scenarios.map((scenario, s) => ({
      name: scenario.name,
      value: Price.format(values[s] ?? Price.of(0n, name)),
      weights: bySet((set) => Ratio.format(market.sets[set].scenarios[s]?.weight ?? Ratio.of(0n, name))),
    })),
  };
}

function bySet<T>(of: (set: SetName) => T): Record<SetName, T> {
  return { maintenance: of("maintenance"), initial: of("initial") };
}

/** A summary as lines of text. */
export function renderMarket(summary: MarketSummary): string {
  const { venue, time, profile, underlyings, instruments, kinds, lapsed, expiries, roots } = summary;
  const counts = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`);
  const percent = (fraction: string | null) => (fraction === null ? "none" : `${(Number(fraction) * 100).toFixed(2)}%`);
  return [
    `${venue} at ${time}, profile ${profile}`,
    `instruments ${instruments}: ${counts.join(", ")}`,
    ...(lapsed.instruments === 0 ? [] : [renderLapsed(lapsed)]),
    "underlying  index         sigma/day  range    haircut (maintenance, initial)",
    ...Object.entries(underlyings).map(
      ([name, { index, sigma, priceRange, haircut }]) =>
        `${name.padEnd(11)} ${index.padEnd(13)} ${percent(sigma).padEnd(10)} ${percent(priceRange).padEnd(8)} ` +
        SET_NAMES.map((set) => percent(haircut[set])).join(", "),
    ),
    "expiry                instruments",
    ...expiries.map(({ expiry, underlying, instruments: count }) => `${expiry}  ${underlying} ${count}`),
    ...SET_NAMES.map((set) => `${set.padEnd(11)} ${roots[set]}`),
  ].join("\n");
}

const renderLapsed = ({ instruments, risky }: MarketSummary["lapsed"]): string =>
  `lapsed ${instruments}: ${
    risky === 0
      ? "each at its settlement price, without delta, scenario or charge"
      : `${risky} of them still have a delta, a scenario or a charge`
  }`;

/** An instrument's summary as lines of text. */
export function renderInstrument(summary: InstrumentSummary): string {
  const { id, name, kind, bucket, mark, delta, charges, scenarios, lapsed, share } = summary;
  const width = Math.max(8, ...scenarios.map((scenario) => scenario.name.length));
  const wide = Math.max(5, ...scenarios.map(({ value }) => value.length));
  return [
    `${name}  id ${id}, ${kind}, bucket ${bucket}`,
    ...(share === undefined
      ? []
      : [`share of ${share.underlying}: its vault tells ${share.rate}, ${share.counted} counts`]),
    ...(lapsed ? ["lapsed: its mark is what it settled to, and no scenario moves it"] : []),
    `mark  ${mark} USD`,
    `delta ${delta} USD`,
    ...SET_NAMES.map((set) => `${set.padEnd(11)} charge long ${charges[set].long}, short ${charges[set].short}`),
    `${"scenario".padEnd(width)}  ${"value".padStart(wide)}  weights (${SET_NAMES.join(", ")})`,
    ...scenarios.map(
      (scenario) =>
        `${scenario.name.padEnd(width)}  ${scenario.value.padStart(wide)}  ${SET_NAMES.map((set) => scenario.weights[set]).join(", ")}`,
    ),
  ].join("\n");
}
