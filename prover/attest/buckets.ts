import type { Market } from "../market/types.ts";
import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";
import { similar } from "../units/similar.ts";

/** A bucket of a market, and what its rows are of. A proof is about buckets; words about underlyings follow from here. */
export interface BucketContents {
  readonly index: number;
  readonly name: string;
  /** All underlyings that have an instrument in it, spot included, in order of their first. */
  readonly underlyings: readonly string[];
  /** Those of them that have instruments in other buckets too. */
  readonly partly: readonly string[];
}

/** What stands in each bucket of a market; marks, deltas and buckets are the same in both requirement sets. */
export function bucketsOf(market: Market): BucketContents[] {
  const { buckets, rows } = market.sets.maintenance;
  const held = buckets.map(() => new Set<string>());
  for (const { id, underlying } of market.instruments) held[rows.get(id)?.bucket ?? -1]?.add(underlying);
  return buckets.map(({ name }, index) => {
    const underlyings = [...(held[index] ?? [])];
    const partly = underlyings.filter((one) => held.filter((bucket) => bucket.has(one)).length > 1);
    return { index, name, underlyings, partly };
  });
}

/** Begins the name of a bucket where an underlying's would be taken. */
const BY_NAME = "bucket/";

/**
 * The bucket that an auditor's word stands for: an underlying that has one of its own, or `bucket/NAME`. What is proven of
 * a bucket is not proven of a part of it, so an underlying that shares one, or is spread over several, is refused.
 * @throws TacitError `UNKNOWN_UNDERLYING`, `SHARED_BUCKET`
 */
export function bucketFor(buckets: readonly BucketContents[], word: string, where: string): BucketContents {
  if (word.startsWith(BY_NAME)) return bucketNamed(buckets, word.slice(BY_NAME.length), where);
  const holding = buckets.filter(({ underlyings }) => underlyings.includes(word));
  const [own, ...more] = holding;
  if (own === undefined) {
    const listed = [...new Set(buckets.flatMap(({ underlyings }) => underlyings))];
    const near = similar(word, listed)[0];
    throw new TacitError("UNKNOWN_UNDERLYING", `${where}: the market lists no instrument of ${quote(word)}`, {
      hint: near === undefined ? `It lists ${listed.map(quote).join(", ")}.` : `Did you mean ${near}?`,
    });
  }
  if (more.length > 0 || own.underlyings.length > 1) {
    const names = holding.map(({ name }) => `${BY_NAME}${name}`);
    throw new TacitError("SHARED_BUCKET", `${where}: ${quote(word)} has no bucket of its own in this market`, {
      hint: `Only the whole bucket can be proven: ${names.map(quote).join(", ")}.`,
    });
  }
  return bucketNamed(buckets, own.name, where);
}

/** @throws TacitError `UNKNOWN_UNDERLYING` when there is none, or more than one, of this name */
export function bucketNamed(buckets: readonly BucketContents[], name: string, where: string): BucketContents {
  const [found, ...more] = buckets.filter((bucket) => bucket.name === name);
  if (found !== undefined && more.length === 0) return found;
  const problem = found === undefined ? "the market has no bucket" : "the market has several buckets";
  throw new TacitError("UNKNOWN_UNDERLYING", `${where}: ${problem} ${quote(name)}`, {
    hint: `Its buckets are ${buckets.map((bucket) => quote(bucket.name)).join(", ")}.`,
  });
}

/** What a proof about a bucket is about, in words that claim no more: an underlying where it is all and only that one. */
export function bucketWords({ name, underlyings, partly }: BucketContents): string {
  const [only, ...more] = underlyings;
  if (only !== undefined && more.length === 0 && partly.length === 0) return only;
  const parts = underlyings.map((one) => (partly.includes(one) ? `a part of ${one}` : `all of ${one}`));
  return `bucket ${quote(name)} (${parts.length === 0 ? "which is empty in this market" : parts.join(", ")})`;
}
