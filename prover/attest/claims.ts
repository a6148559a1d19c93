import type { SetName } from "../market/types.ts";
import { TacitError } from "../units/errors.ts";
import { Cash, Coverage } from "../units/units.ts";
import { type BucketContents, bucketNamed, bucketWords } from "./buckets.ts";

/** What is claimed of an account, in a market; what is absent or empty is not claimed. */
export interface Claims {
  /** In 1e-12 USD, as equity is: it may be negative. */
  readonly equityAtLeast?: Cash;
  readonly coverageAtLeast?: { readonly set: SetName; readonly coverage: Coverage };
  /** By bucket, at most one band each, both ends included. */
  readonly netDelta: readonly DeltaBand[];
  /** Names of buckets. */
  readonly nothingIn: readonly string[];
}

/** Net delta is the profit or loss in 1e-12 USD if every underlying of the bucket moved by 100%, spot included. */
export interface DeltaBand {
  readonly bucket: string;
  readonly low: Cash;
  readonly high: Cash;
}

/** Whether a claim is one that `attest` proves; coverage is `margin_P`'s. */
export const needsAttest = ({ equityAtLeast, netDelta, nothingIn }: Claims): boolean =>
  equityAtLeast !== undefined || netDelta.length > 0 || nothingIn.length > 0;

/** @throws TacitError `NO_CLAIM`, `DUPLICATE`, `EMPTY_BAND` */
export function checkClaims(claims: Claims): void {
  if (!needsAttest(claims) && claims.coverageAtLeast === undefined) {
    throw new TacitError("NO_CLAIM", "nothing is claimed", { hint: "Give at least one claim." });
  }
  for (const names of [claims.netDelta.map(({ bucket }) => bucket), claims.nothingIn]) {
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw new TacitError("DUPLICATE", `the same is claimed twice of bucket ${twice}`);
  }
  for (const { bucket, low, high } of claims.netDelta) {
    if (low > high) {
      throw new TacitError(
        "EMPTY_BAND",
        `the net delta of bucket ${bucket} cannot be at least ${Cash.format(low)} and at \
most ${Cash.format(high)}`,
      );
    }
  }
}

/** A claim in words that say exactly what its proof does. */
export interface Statement {
  readonly claim: "equityAtLeast" | "coverageAtLeast" | "netDelta" | "nothingIn";
  readonly words: string;
}

/** Every claim in words, in the order of the file. @throws TacitError `UNKNOWN_UNDERLYING` */
export function statements(claims: Claims, buckets: readonly BucketContents[]): Statement[] {
  const { equityAtLeast, coverageAtLeast, netDelta, nothingIn } = claims;
  const of = (name: string): string => bucketWords(bucketNamed(buckets, name, "claims"));
  return [
    ...(equityAtLeast === undefined
      ? []
      : [{ claim: "equityAtLeast" as const, words: `equity is at least ${Cash.format(equityAtLeast)} USD` }]),
    ...(coverageAtLeast === undefined
      ? []
      : [
          {
            claim: "coverageAtLeast" as const,
            words: `equity covers ${Coverage.format(coverageAtLeast.coverage)}x the ${coverageAtLeast.set} requirement`,
          },
        ]),
    ...netDelta.map(({ bucket, low, high }) => ({
      claim: "netDelta" as const,
      words: `the net delta of ${of(bucket)} is between ${Cash.format(low)} and ${Cash.format(high)} USD`,
    })),
    ...nothingIn.map((bucket) => ({ claim: "nothingIn" as const, words: `nothing is held in ${of(bucket)}` })),
  ];
}
