import { writeFile } from "node:fs/promises";
import { CIRCUITS } from "./prover/generated/circuits.ts";
import { storedPath } from "./prover/prove/store.ts";
import { realWitness } from "./scripts/kernel/inputs.ts";

const tag = process.argv[2];
for (const name of ["margin_16", "margin_4"] as const) {
  const { witness } = await realWitness(name);
  await writeFile(`/tmp/circuit-${tag}-${name}.wtns`, witness);
  await writeFile(`/tmp/circuit-${tag}-${name}.path`, storedPath(CIRCUITS[name].zkey.sha256, "zkey"));
}
process.exit(0);
