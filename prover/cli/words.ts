import type { Claims } from "../attest/claims.ts";
import { CIRCUITS, type CircuitName } from "../generated/circuits.ts";
import { isoTime } from "../market/time.ts";
import type { Market, SetName } from "../market/types.ts";
import { Coverage } from "../units/units.ts";

/** What a margin proof states, in words. */
export function statement(proven: {
  readonly healthy: boolean;
  readonly commitment: string;
  readonly set: SetName;
  readonly coverage: Coverage;
  readonly market: Market;
}): string {
  const { healthy, commitment, set, coverage, market } = proven;
  const { venue, timestamp, profile } = market;
  return (
    `the account with commitment ${commitment} ${healthy ? "covers" : "does NOT cover"} ${Coverage.format(coverage)}x its ` +
    `${set} requirement (${venue}, ${isoTime(timestamp)}, profile ${profile})`
  );
}

/** Which account, by which market. */
export const about = (commitment: string, { venue, timestamp, profile }: Market): string =>
  `the account with commitment ${commitment}, by the market of ${isoTime(timestamp)} (${venue}, profile ${profile})`;

/** What of a file was compared with what the verifier gave, and what was not. */
export function comparedLines(compared: Readonly<Record<string, boolean>>): string[] {
  const names = (wanted: boolean): string =>
    Object.entries(compared)
      .filter(([, done]) => done === wanted)
      .map(([name]) => name)
      .join(", ");
  return [
    `compared with what you gave: ${names(true)}`,
    ...(names(false) === "" ? [] : [`taken from the proof, compared with nothing: ${names(false)}`]),
    "not compared: the market's rows with the inputs they are built from (`tacit market verify` does that)",
  ];
}

/** What a reader of a proof must know beside its statement: a coverage that says little, a key that anybody can use. */
export const warningsOf = (circuit: CircuitName, coverage: Coverage): string[] => [
  ...littleCovered(coverage),
  ...developmentKey(circuit),
];

/** The same of an attestation. */
export const attestationWarnings = (circuits: readonly CircuitName[], { coverageAtLeast }: Claims): string[] => [
  ...(coverageAtLeast === undefined ? [] : littleCovered(coverageAtLeast.coverage)),
  ...circuits.flatMap(developmentKey),
];

const littleCovered = (coverage: Coverage): string[] =>
  coverage < Coverage.parse("1", "coverage")
    ? [`the proof is about ${Coverage.format(coverage)}x the requirement, less than all of it`]
    : [];

const developmentKey = (circuit: CircuitName): string[] =>
  CIRCUITS[circuit].setup === "development"
    ? [`${circuit} has a development key, with which anybody can forge proofs: this one convinces nobody but you`]
    : [];
