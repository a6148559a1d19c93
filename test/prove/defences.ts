import type { Defence } from "../defence.ts";

const defence = (testFile: string, test: string, file: string, find: string, replace = ""): Defence => ({
  file: `prover/${file}`,
  find,
  replace,
  testFile: `test/${testFile}`,
  test,
});

const PROVER = "prove/prover.test.ts";
const BACKENDS = "prove/backends.test.ts";
const PAIRING = "prove/pairing.test.ts";
const LAYOUT = "hash/layout.test.ts";
const COMPARES = "compares everything it knows, and says what does not fit";

/** The checks of the prover's side: what it verifies, what it refuses to hash, read or use. */
export const DEFENCES: readonly Defence[] = [
  defence(
    PROVER,
    COMPARES,
    "prove/verify.ts",
    "    requirementRoot: set.requirementRoot,\n    context: expected",
    "    context: expected",
  ),
  defence(PROVER, COMPARES, "prove/verify.ts", "    coverage: expected.coverage,\n"),
  defence(PROVER, COMPARES, "prove/verify.ts", "    commitment: expected.commitment,\n"),
  defence(
    PROVER,
    COMPARES,
    "prove/verify.ts",
    "    context: expected.context ?? (await offchainContext(expected.market.hash)),\n",
  ),
  defence(
    PROVER,
    "refuses a file that is not of its type, before any word of it is looked up",
    "prove/verify.ts",
    "!read.success",
    "false",
  ),
  defence(
    PROVER,
    "refuses a development key that calls itself a ceremony's",
    "prove/verify.ts",
    "file.setup !== circuit.setup",
    "false",
  ),
  defence(
    PROVER,
    "refuses a second point on the curve but outside the group",
    "prove/pairing.ts",
    'if (!G2.eq(G2.timesScalar(b, FIELD), G2.zero)) return "its second point is not in the group";',
    "",
  ),
  defence(
    PROVER,
    "refuses another set's word and another circuit's key",
    "prove/verify.ts",
    "margin === undefined",
    "false",
  ),
  defence(
    PROVER,
    "reads no signal or coordinate that would be reduced silently",
    "prove/proofFile.ts",
    "below(FIELD, ",
    "below(1n << 256n, ",
  ),
  defence(
    PROVER,
    "reads no signal or coordinate that would be reduced silently",
    "prove/proofFile.ts",
    "below(BASE_FIELD, ",
    "below(1n << 256n, ",
  ),
  defence(PROVER, "refused with one bit flipped", "prove/artifacts.ts", " || sha256(bytes) !== expected.sha256"),
  defence(
    PROVER,
    "is refused as a key with gamma = delta",
    "prove/material.ts",
    "JSON.stringify(key.vk_gamma_2) === JSON.stringify(key.vk_delta_2)",
    "false",
  ),
  defence(
    PAIRING,
    "fails for a signal raised by the field's order, one left out and one too many",
    "prove/pairing.ts",
    "factors.some((factor) => factor < 0n || factor >= FIELD)",
    "false",
  ),
  defence(
    PAIRING,
    "fails for a signal raised by the field's order, one left out and one too many",
    "prove/pairing.ts",
    "factors.length !== key.IC.length || ",
  ),
  defence(
    BACKENDS,
    "proves two accounts at once, each about itself",
    "prove/witness.ts",
    "last.then(() => calculate(signals))",
    "calculate(signals)",
  ),
  defence(
    BACKENDS,
    "looks for a damaged key again, and proves once it is whole",
    "prove/circuits.ts",
    "        if (circuits.get(name) === opening) circuits.delete(name);\n",
  ),
  defence(
    BACKENDS,
    "starts another backend after one whose threads ended",
    "prove/circuits.ts",
    "if (broken && owner === backend) await drop();",
  ),
  defence(
    LAYOUT,
    "refuse to hash what is not a field element",
    "hash/poseidon.ts",
    "input < 0n || input >= FIELD",
    "false",
  ),
  defence(LAYOUT, "refuse two instruments at one index", "market/tree.ts", "other !== undefined", "false"),
  defence(LAYOUT, "open every listed row and the empty slot, and nothing else", "market/tree.ts", " || row.id !== id"),
  defence(
    LAYOUT,
    "keep a secret that is out of range out of the error",
    "account/state.ts",
    "value < 0n || value >> SECRET_BITS !== 0n",
    "false",
  ),
];
