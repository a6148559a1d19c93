import type { RequirementSet } from "../risk/types.ts";
import type { Profile } from "./profile/schema.ts";
import { buildRows, type DerivedUnderlying } from "./rows.ts";
import { buildRowTree, paramsHash, requirementRoot, SET_IDS } from "./tree.ts";
import type { MarketInputs, PublishedSet, SetName } from "./types.ts";

export interface PublishedSets {
  readonly sets: Readonly<Record<SetName, PublishedSet>>;
  /** What the profile made of each underlying's history. */
  readonly derived: Readonly<Record<string, DerivedUnderlying>>;
}

/**
 * Both requirement sets of a market under a profile, with their roots.
 * @throws TacitError of `buildRows` and `buildRowTree`
 */
export async function publishSets(inputs: MarketInputs, profile: Profile): Promise<PublishedSets> {
  const { maintenance, initial, derived } = buildRows(inputs, profile);
  const sets = {
    maintenance: await publishSet("maintenance", maintenance, inputs.timestamp),
    initial: await publishSet("initial", initial, inputs.timestamp),
  };
  return { sets, derived };
}

/** Binds a set's rows and parameters to the epoch: the roots of `docs/SPEC.md`. @param timestamp unix seconds */
export async function publishSet(name: SetName, set: RequirementSet, timestamp: number): Promise<PublishedSet> {
  const tree = await buildRowTree(set);
  const root = await requirementRoot(set, tree, { setId: SET_IDS[name], timestamp });
  return { ...set, name, rowsRoot: tree.root, paramsHash: await paramsHash(set), requirementRoot: root };
}
