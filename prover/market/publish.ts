import type { RequirementSet } from "../risk/types.ts";
import { buildRowTree, paramsHash, requirementRoot, SET_IDS } from "./tree.ts";
import type { PublishedSet, SetName } from "./types.ts";

/** Binds a set's rows and parameters to the epoch: the roots of `docs/SPEC.md`. @param timestamp unix seconds */
export async function publishSet(name: SetName, set: RequirementSet, timestamp: number): Promise<PublishedSet> {
  const { root: rowsRoot } = await buildRowTree(set);
  const params = await paramsHash(set);
  const root = await requirementRoot({ rowsRoot, paramsHash: params, setId: SET_IDS[name], timestamp });
  return { ...set, name, rowsRoot, paramsHash: params, requirementRoot: root };
}
