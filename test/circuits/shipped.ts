import { readFile } from "node:fs/promises";
import { CIRCUITS, type CircuitName } from "../../prover/generated/circuits.ts";
import { buildRowTree, type RowTree, requirementRoot } from "../../prover/market/tree.ts";
import { loadArtifacts } from "../../prover/prove/artifacts.ts";
import { marginInputs } from "../../prover/prove/inputs.ts";
import { storedPath } from "../../prover/prove/store.ts";
import { evaluate } from "../../prover/risk/requirement.ts";
import type { Portfolio, RequirementSet } from "../../prover/risk/types.ts";
import type { Cash, Coverage } from "../../prover/units/units.ts";
import { type Circuit, load } from "./harness.ts";

const opened = new Map<CircuitName, Promise<Circuit>>();
const trees = new WeakMap<RequirementSet, Promise<RowTree>>();

/** The circuit as it ships: its own program and its own constraints at O2. */
function shipped(name: CircuitName): Promise<Circuit> {
  const open = async () => {
    const { wasm } = await loadArtifacts(name);
    return load(await readFile(storedPath(CIRCUITS[name].r1cs.sha256, "r1cs")), wasm);
  };
  const circuit = opened.get(name) ?? open();
  opened.set(name, circuit);
  return circuit;
}

/** What a shipped circuit says of a portfolio, and whether its witness satisfies every constraint. */
export async function proven(name: CircuitName, set: RequirementSet, portfolio: Portfolio, coverage: Coverage) {
  const building = trees.get(set) ?? buildRowTree(set);
  trees.set(set, building);
  const tree = await building;
  const [setId, timestamp] = [1n, 1_770_240_788];
  const root = await requirementRoot(set, tree, { setId, timestamp });
  const account = { ...portfolio, accountId: 7n, salt: 9n };
  const statement = { account, set, tree, requirementRoot: root, setId, timestamp, coverage, context: 1n };
  const run = await (await shipped(name)).run(await marginInputs(statement, CIRCUITS[name].positions));
  return { satisfied: run.satisfied, healthy: run.outputs[0] };
}

/** The least cash, in 1e-12 USD, with which the account is healthy. */
export function lineOf(set: RequirementSet, portfolio: Portfolio, coverage: Coverage): bigint {
  const { equity, required } = evaluate(set, { ...portfolio, cash: 0n as Cash }, coverage);
  const short = coverage * required - 10_000n * equity;
  return short / 10n ** 22n + (short % 10n ** 22n > 0n ? 1n : 0n);
}
