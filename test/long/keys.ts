import { expect, it } from "vitest";
import { CIRCUITS, type CircuitName } from "../../prover/generated/circuits.ts";
import { compileKernel } from "../../prover/kernel/instance.ts";
import { readBuild } from "../../prover/kernel/threads-node.ts";
import { loadCompactKey } from "../../prover/prove/artifacts.ts";
import { sha256 } from "../../prover/prove/store.ts";
import { expandKey } from "../../prover/setup/expand.ts";

it.each(Object.keys(CIRCUITS) as CircuitName[])(
  "the compact key of %s is the key that the manifest names",
  async (name) => {
    const zkey = expandKey(await compileKernel(readBuild), await loadCompactKey(name));
    expect({ bytes: zkey.length, sha256: sha256(zkey) }).toEqual(CIRCUITS[name].zkey);
  },
);
