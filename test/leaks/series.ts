import { accountsOf, type Call, type Seen } from "./record.ts";
import type { Finding, Search } from "./search.ts";

/** What an owner knows of an act of its account, and what a leak would follow. */
export interface Hidden {
  readonly hash: string;
  readonly account: bigint;
  readonly positions: number;
  readonly quantity: bigint;
  readonly notional: bigint;
}

/** Fewer acts, or fewer different values, are in some order by chance. */
const LEAST = 8;
const LEAST_VALUES = 6;
/** In standard deviations of a rank correlation where there is none: chance is beyond it once in two million. */
const SURE = 5;

/** Rank correlation (Spearman's), ties at their mean rank. */
export function rankCorrelation(xs: readonly number[], ys: readonly number[]): number {
  const ranks = (values: readonly number[]): number[] => {
    const sorted = [...values].sort((a, b) => a - b);
    const place = new Map<number, number>();
    sorted.forEach((value, i) => {
      if (!place.has(value)) place.set(value, (i + sorted.lastIndexOf(value)) / 2);
    });
    return values.map((value) => place.get(value) ?? 0);
  };
  const [a, b] = [ranks(xs), ranks(ys)];
  const mean = (xs.length - 1) / 2;
  let [top, left, right] = [0, 0, 0];
  a.forEach((rank, i) => {
    const [x, y] = [rank - mean, (b[i] ?? 0) - mean];
    top += x * y;
    left += x * x;
    right += y * y;
  });
  return left === 0 || right === 0 ? 0 : top / Math.sqrt(left * right);
}

/** Something that everybody sees of a call; undefined where it has none. */
export interface Shown {
  readonly name: string;
  /** Compared within each account only. */
  readonly alone?: boolean;
  readonly of: (call: Call, i: number) => number | undefined;
}

/**
 * Whether something that everybody sees of a call is ordered as something hidden, for one account or for all. Judged by the
 * truth, which no attacker has: what is not found here is not there to be found.
 */
export function orders({ calls }: Seen, truths: readonly Hidden[], shown: Shown): Search {
  const hidden = new Map(truths.map((truth) => [`${truth.hash} ${truth.account}`, truth]));
  const series = new Map<string, { hash: string; value: number; truth: Hidden }[]>();
  for (const [i, call] of calls.entries()) {
    const value = shown.of(call, i);
    if (value === undefined) continue;
    for (const id of accountsOf(call)) {
      const truth = hidden.get(`${call.hash} ${id}`);
      if (truth === undefined) continue;
      for (const key of shown.alone === true ? [`${id}`] : [`${id}`, "all"])
        series.set(key, [...(series.get(key) ?? []), { hash: call.hash, value, truth }]);
    }
  }
  const findings: Finding[] = [];
  let candidates = 0;
  for (const [key, acts] of series) {
    for (const measure of ["positions", "quantity", "notional"] as const) {
      const own = measure === "positions" ? acts : acts.filter(({ truth }) => truth.quantity !== 0n);
      const values = own.map(({ truth }) => Number(truth[measure]));
      const seen = own.map(({ value }) => value);
      if (own.length < LEAST || new Set(values).size < 2 || new Set(seen).size < 2) continue;
      candidates += 1;
      const rho = Math.abs(rankCorrelation(seen, values));
      const many = Math.min(new Set(values).size, new Set(seen).size) >= LEAST_VALUES;
      if (!(many && rho > 0.999) && rho * Math.sqrt(own.length - 1) < SURE) continue;
      const what = `${measure} in the order of the ${shown.name} (${rho.toFixed(3)} over ${own.length}, ${key === "all" ? "all accounts" : "one account"})`;
      findings.push(...own.map(({ hash }) => ({ hash, what })));
    }
  }
  const distinct = [...new Map(findings.map((finding) => [finding.hash, finding])).values()];
  return { name: `${shown.name} against sizes, notionals and numbers of positions`, candidates, findings: distinct };
}

/** A measure of each call, less its mean over the calls of the same shape: what is public anyway explains nothing of it. */
function beyondShape(name: string, calls: readonly Call[], measure: (call: Call, i: number) => number): Shown {
  const shapes = shapesOf(calls);
  const means = new Map<string, { sum: number; count: number }>();
  calls.forEach((call, i) => {
    const shape = shapes[i] ?? "";
    const { sum, count } = means.get(shape) ?? { sum: 0, count: 0 };
    means.set(shape, { sum: sum + measure(call, i), count: count + 1 });
  });
  return {
    name,
    of(call, i) {
      const { sum, count } = means.get(shapes[i] ?? "") ?? { sum: 0, count: 0 };
      // A call like no other can be compared with none.
      return count < 2 ? undefined : measure(call, i) - sum / count;
    },
  };
}

/** Gas beyond what a call's bytes cost. */
export const executionGas = (calls: readonly Call[]): Shown => beyondShape("gas", calls, ({ execution }) => execution);

/** Seconds since the call before: how long somebody took. Over all accounts it follows the machine that plays the day. */
export const pauses = (calls: readonly Call[]): Shown => ({
  ...beyondShape("pause before the call", calls, ({ time }, i) => time - (calls[i - 1]?.time ?? time)),
  alone: true,
});

export const lengths = (calls: readonly Call[]): Shown =>
  beyondShape("length of the call", calls, ({ data }) => data.length / 2);

/**
 * What of a call is public anyway and costs gas: its function, fills, modes, asset, the size classes of its accounts, and
 * whether the storage that it writes was written before.
 */
export function shapesOf(calls: readonly Call[]): string[] {
  const size = new Map<bigint, number>();
  const done = new Set<string>();
  return calls.map((call) => {
    const { name, args, events } = call;
    const ids = accountsOf(call);
    if (name === "open" || name === "move") for (const id of ids) size.set(id, Number(args.size));
    const modes = events
      .filter((event) => event.name === "Transitioned")
      .map(({ args: { id, mode } }) => `${ids.indexOf(id as bigint)}:${mode}`);
    const first = (what: string): string => {
      const is = done.has(what) ? "" : "new";
      done.add(what);
      return is;
    };
    const proves = name === "trade" || name === "withdraw";
    const accounts = ids.map((id) => {
      const reduces = events.some((event) => event.args.id === id && Number(event.args.mode) === 4);
      return [size.get(id), proves ? first(`proof ${id}`) : "", reduces ? first(`reduction ${id}`) : ""].join("/");
    });
    const asset = args.asset === undefined ? "" : String(args.asset);
    const pays = asset === "" ? "" : first(`${name} ${asset}`) + first(`${name} ${asset} ${call.from}`);
    return [name, asset, pays, modes.join(","), accounts.join(" ")].join(" | ");
  });
}
