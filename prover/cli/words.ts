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

/** What a reader of a proof must know beside its statement: a coverage that says little, a key that anybody can use. */
export const warningsOf = (circuit: CircuitName, coverage: Coverage): string[] => [
  ...(coverage < Coverage.parse("1", "coverage")
    ? [`the proof is about ${Coverage.format(coverage)}x the requirement, less than all of it`]
    : []),
  ...(CIRCUITS[circuit].setup === "development"
    ? [`${circuit} has a development key, with which anybody can forge proofs: this one convinces nobody but you`]
    : []),
];
