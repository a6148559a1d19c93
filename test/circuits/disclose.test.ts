import { beforeAll, describe, expect, it } from "vitest";
import { readDisclosure } from "../../prover/account/disclosure.ts";
import { disclosureChallenge } from "../../prover/chain/context.ts";
import { disclosureInputs } from "../../prover/prove/disclosureInputs.ts";
import type { Signals } from "../../prover/prove/inputs.ts";
import {
  DISCLOSURE_LIES,
  disclosureOf,
  FULL,
  GUARDIAN,
  IDENTITY,
  NOTHING,
  ORDER_TWO,
  ofAnother,
  SECRET,
  STATE,
  toNoPoint,
  toSmallOrder,
  UNTIDY,
  withoutCurve,
} from "./disclosures.ts";
import type { Circuit } from "./harness.ts";
import { shipped } from "./shipped.ts";

let circuit: Circuit;
let honest: Signals;
beforeAll(async () => {
  circuit = await shipped("disclose");
  honest = (await disclosureOf(STATE)).inputs;
});

describe("a disclosure", () => {
  it.each([
    ["some positions", STATE],
    ["a full account", FULL],
    ["an empty one", NOTHING],
    ["one with a salt beyond 248 bits, empty slots and the widest values", UNTIDY],
  ])("proves what its guardian reads: %s", async (_, state) => {
    const { inputs, disclosure } = await disclosureOf(state);
    expect((await circuit.run(inputs)).satisfied).toBe(true);
    expect(await readDisclosure(disclosure, GUARDIAN)).toEqual(state);
  });

  it("holds every wire of an honest witness in place", async () => {
    const { witness, satisfied } = await circuit.run(honest);
    expect(satisfied).toBe(true);
    expect(circuit.freeWires(witness)).toEqual([]);
  });

  it.each(DISCLOSURE_LIES)("refuses %s", async (_, lie) => {
    expect((await circuit.run(lie(honest))).satisfied).toBe(false);
  });

  it.each([
    ["the identity", IDENTITY],
    ["a point of order two", ORDER_TWO],
  ])("refuses to encrypt to %s, whose stream everybody knows", async (_, [x, y]) => {
    await expect(
      disclosureInputs({ state: STATE, guardian: [x, y], secret: SECRET, challenge: disclosureChallenge }),
    ).rejects.toMatchObject({ code: "BAD_POINT" });
    // What a cheat would send: the shared point is the identity, whatever the secret.
    expect((await circuit.run(await toSmallOrder(honest, [x, y]))).satisfied).toBe(false);
  });

  it("refuses to encrypt to a point off the curve, by whatever arithmetic makes of it", async () => {
    const lie = await toNoPoint(honest);
    expect((await circuit.run(lie)).satisfied).toBe(false);
    expect((await (await withoutCurve()).run(lie)).satisfied).toBe(true);
  });

  it("refuses a text about another state than the committed one", async () => {
    const { inputs } = await disclosureOf(FULL);
    expect((await circuit.run(await ofAnother(honest, honest))).satisfied).toBe(true);
    expect((await circuit.run(await ofAnother(honest, inputs))).satisfied).toBe(false);
  });

  it("gives two streams for one secret used twice", async () => {
    const [one, two] = [await disclosureOf(STATE), await disclosureOf({ ...STATE, salt: 1n })];
    expect(one.disclosure.cipher[0]).not.toBe(two.disclosure.cipher[0]);
    expect(one.disclosure.ephemeral).toEqual(two.disclosure.ephemeral);
  });

  it("tells another guardian, and garbage, that they do not open the commitment", async () => {
    const { disclosure } = await disclosureOf(STATE);
    for (const [text, key] of [
      [disclosure, GUARDIAN + 1n],
      [{ ...disclosure, cipher: disclosure.cipher.with(3, 1n) }, GUARDIAN],
      [{ ...disclosure, cipher: disclosure.cipher.slice(1) }, GUARDIAN],
    ] as const) {
      await expect(readDisclosure(text, key)).rejects.toMatchObject({ code: "NOT_FOR_THIS_KEY" });
    }
  });
});
