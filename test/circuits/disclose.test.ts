import { beforeAll, describe, expect, it } from "vitest";
import { readDisclosure } from "../../prover/account/disclosure.ts";
import type { AccountState } from "../../prover/account/state.ts";
import { disclosureChallenge } from "../../prover/chain/context.ts";
import { type Point, publicPoint } from "../../prover/hash/babyjub.ts";
import { FIELD } from "../../prover/hash/poseidon.ts";
import { disclosureInputs } from "../../prover/prove/disclosureInputs.ts";
import type { Signals } from "../../prover/prove/inputs.ts";
import type { Cash, Quantity } from "../../prover/units/units.ts";
import type { Circuit } from "./harness.ts";
import { shipped } from "./shipped.ts";
import { smallOrderInputs } from "./smallOrder.ts";

const GUARDIAN = 123_456_789n;
const SECRET = (1n << 250n) + 987_654_321n;
const STATE: AccountState = {
  accountId: 77n,
  cash: -(10n ** 17n) as Cash,
  positions: [
    { id: 300, quantity: 5_000_000n as Quantity },
    { id: 4500, quantity: -(1n << 46n) as Quantity },
    { id: 2, quantity: 1n as Quantity },
    { id: 0xffffffff, quantity: ((1n << 47n) - 1n) as Quantity },
  ],
  salt: (1n << 248n) - 1n,
};
const IDENTITY: Point = [0n, 1n];
const ORDER_TWO: Point = [0n, FIELD - 1n];

let circuit: Circuit;
let honest: Signals;
let guardian: Point;
const of = (state: AccountState) =>
  disclosureInputs({ state, guardian, secret: SECRET, challenge: disclosureChallenge });
beforeAll(async () => {
  circuit = await shipped("disclose");
  guardian = await publicPoint(GUARDIAN);
  honest = (await of(STATE)).inputs;
});

const full: AccountState = {
  ...STATE,
  positions: Array.from({ length: 32 }, (_, i) => ({ id: 300 + i, quantity: BigInt(i - 16) as Quantity })),
};
const empty: AccountState = { accountId: 0n, cash: 0n as Cash, positions: [], salt: 0n };

describe("a disclosure", () => {
  it.each([
    ["some positions", STATE],
    ["a full account", full],
    ["an empty one", empty],
  ])("proves what its guardian reads: %s", async (_, state) => {
    const { inputs, disclosure } = await of(state);
    expect((await circuit.run(inputs)).satisfied).toBe(true);
    expect(await readDisclosure(disclosure, GUARDIAN)).toEqual(state);
  });

  it("holds every wire of an honest witness in place", async () => {
    const { witness, satisfied } = await circuit.run(honest);
    expect(satisfied).toBe(true);
    expect(circuit.freeWires(witness)).toEqual([]);
  });

  it.each<[string, (inputs: Signals) => Signals]>([
    ["another commitment", (s) => ({ ...s, commitment: (s.commitment as bigint) + 1n })],
    ["another digest: a garbage ciphertext", (s) => ({ ...s, digest: (s.digest as bigint) + 1n })],
    ["another challenge", (s) => ({ ...s, challenge: (s.challenge as bigint) + 1n })],
    ["a plaintext that is not committed", (s) => ({ ...s, plain: (s.plain as bigint[]).with(1, 5n) })],
    ["another salt", (s) => ({ ...s, plain: (s.plain as bigint[]).with(13, 5n) })],
    ["a secret that is not the ephemeral point's", (s) => ({ ...s, secret: (s.secret as bigint) + 1n })],
    ["a secret wider than its bits", (s) => ({ ...s, secret: (s.secret as bigint) + (1n << 251n) })],
    [
      "another ephemeral point",
      (s) => ({ ...s, ephemeralX: s.guardianX as bigint, ephemeralY: s.guardianY as bigint }),
    ],
    ["an ephemeral point with its sign changed", (s) => ({ ...s, ephemeralX: FIELD - (s.ephemeralX as bigint) })],
    ["another ephemeral y", (s) => ({ ...s, ephemeralY: (s.ephemeralY as bigint) + 1n })],
    ["another guardian", (s) => ({ ...s, guardianX: s.ephemeralX as bigint, guardianY: s.ephemeralY as bigint })],
    ["a guardian off the curve", (s) => ({ ...s, guardianX: (s.guardianX as bigint) + 1n })],
  ])("refuses %s", async (_, lie) => {
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
    expect((await circuit.run(await smallOrderInputs(honest, [x, y]))).satisfied).toBe(false);
  });

  it("gives two streams for one secret used twice", async () => {
    const [one, two] = [await of(STATE), await of({ ...STATE, salt: 1n })];
    expect(one.disclosure.cipher[0]).not.toBe(two.disclosure.cipher[0]);
    expect(one.disclosure.ephemeral).toEqual(two.disclosure.ephemeral);
  });

  it("tells another guardian, and garbage, that they do not open the commitment", async () => {
    const { disclosure } = await of(STATE);
    for (const [text, key] of [
      [disclosure, GUARDIAN + 1n],
      [{ ...disclosure, cipher: disclosure.cipher.with(3, 1n) }, GUARDIAN],
      [{ ...disclosure, cipher: disclosure.cipher.slice(1) }, GUARDIAN],
    ] as const) {
      await expect(readDisclosure(text, key)).rejects.toMatchObject({ code: "NOT_FOR_THIS_KEY" });
    }
  });
});
