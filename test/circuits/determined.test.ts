import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { Cash, Quantity } from "../../prover/units/units.ts";
import { MIXED, SMALL_ATTEST_MAIN, smallAttest } from "./attestations.ts";
import { undetermined } from "./determined.ts";
import { disclosureOf, SECRET, STATE } from "./disclosures.ts";
import { compile } from "./harness.ts";
import { SMALL_MAIN, smallInputs } from "./small.ts";
import { type Case, CHANGES, inputsOf, publish } from "./transitions.ts";

describe("a margin circuit, every constraint written out", () => {
  it("leaves a prover no choice but the inputs", async () => {
    const circuit = await compile(SMALL_MAIN, undefined, "--O0");
    const inputs = await smallInputs({
      cash: (10n ** 9n) as Cash,
      positions: [
        { id: 300, quantity: 2_000_000n as Quantity },
        { id: 4500, quantity: -1_000_000n as Quantity },
      ],
    });
    const { witness, satisfied } = await circuit.run(inputs);
    expect(satisfied).toBe(true);
    expect(undetermined(circuit, witness)).toEqual([]);
  });
});

describe("a transition, every constraint written out", () => {
  // A reduction asks for everything; where a deposit asks for nothing, what it is not asked has no other source.
  it.each(["deposits cash", "reduces a short"])("leaves a prover no choice but the inputs: %s", async (start) => {
    const main = await readFile(new URL("../../circuits/main/transition.circom", import.meta.url), "utf8");
    const circuit = await compile(main, undefined, "--O0");
    const [, change, before] = CHANGES.find(([name]) => name.startsWith(start)) as Case;
    const { witness, satisfied } = await circuit.run(await inputsOf(change(await publish()), before));
    expect(satisfied).toBe(true);
    expect(undetermined(circuit, witness)).toEqual([]);
  });
});

describe("a disclosure, every constraint written out", () => {
  it.each([
    ["the usual", SECRET],
    ["the largest of the multiplication's first segment", (1n << 148n) - 1n],
  ])("leaves a prover no choice but the inputs, whatever the secret: %s", async (_, secret) => {
    const main = await readFile(new URL("../../circuits/main/disclose.circom", import.meta.url), "utf8");
    const circuit = await compile(main, undefined, "--O0");
    const { inputs } = await disclosureOf(STATE, secret);
    const { witness, satisfied } = await circuit.run(inputs);
    expect(satisfied).toBe(true);
    expect(undetermined(circuit, witness)).toEqual([]);
  });
});

describe("an attestation, every constraint written out", () => {
  it("leaves a prover no choice but the inputs", async () => {
    const circuit = await compile(SMALL_ATTEST_MAIN, undefined, "--O0");
    const { witness, satisfied } = await circuit.run(await smallAttest(MIXED));
    expect(satisfied).toBe(true);
    expect(undetermined(circuit, witness)).toEqual([]);
  });
});
