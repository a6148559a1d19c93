import { toField } from "../hash/poseidon.ts";
import { TREE } from "../market/tree.ts";
import { type BucketContents, bucketNamed } from "./buckets.ts";
import type { Claims } from "./claims.ts";

/** Bounds that every account meets: equity is above -2^101, a net delta within 2^99, in 1e-12 USD. */
export const UNCLAIMED = { floor: -(1n << 101n), low: -(1n << 100n), high: (1n << 100n) - 1n } as const;

/** The public signals of `attest`, as its inputs. */
export interface AttestSignals {
  readonly commitment: bigint;
  readonly requirementRoot: bigint;
  readonly equityFloor: bigint;
  readonly deltaLow: readonly bigint[];
  readonly deltaHigh: readonly bigint[];
  readonly absent: readonly bigint[];
  readonly context: bigint;
}

/**
 * What `attest` has to show for these claims; coverage is not among it.
 * @param about commitment, root of the maintenance set, context
 * @param count how many buckets the circuit has
 * @throws TacitError `UNKNOWN_UNDERLYING` for a claim about a bucket that the market has not
 */
export function attestSignals(
  { equityAtLeast, netDelta, nothingIn }: Claims,
  buckets: readonly BucketContents[],
  about: Pick<AttestSignals, "commitment" | "requirementRoot" | "context">,
  count: number = TREE.buckets,
): AttestSignals {
  const indexOf = (name: string): number => bucketNamed(buckets, name, "claims").index;
  const bands = new Map(netDelta.map((band) => [indexOf(band.bucket), band]));
  const absent = new Set(nothingIn.map(indexOf));
  const each = <T>(make: (bucket: number) => T): T[] => Array.from({ length: count }, (_, b) => make(b));
  return {
    ...about,
    equityFloor: toField(equityAtLeast ?? UNCLAIMED.floor),
    deltaLow: each((b) => toField(bands.get(b)?.low ?? UNCLAIMED.low)),
    deltaHigh: each((b) => toField(bands.get(b)?.high ?? UNCLAIMED.high)),
    absent: each((b) => (absent.has(b) ? 1n : 0n)),
  };
}

/** The signals as decimal strings in a circuit's order, in which `deltaLow[2]` is the third of its array. */
export function inOrder(names: readonly string[], signals: AttestSignals): string[] {
  return names.map((name) => {
    const [, field = "", index] = /^(\w+)(?:\[(\d+)\])?$/.exec(name) ?? [];
    const value = signals[field as keyof AttestSignals];
    const one = typeof value === "bigint" ? value : value?.[Number(index)];
    if (one === undefined) throw new Error(`an attestation has no signal ${name}`);
    return one.toString();
  });
}
