import { beforeAll, describe, expect, it } from "vitest";
import { type AccountState, commit, decodeState, encodeState } from "../../prover/account/state.ts";
import { applyChange, type Change } from "../../prover/account/transition.ts";
import { FIELD } from "../../prover/hash/poseidon.ts";
import { transitionInputs } from "../../prover/prove/transitionInputs.ts";
import type { Cash, Quantity } from "../../prover/units/units.ts";
import type { Circuit } from "./harness.ts";
import { shipped } from "./shipped.ts";
import { ticket } from "./transitions.ts";

const EMPTY = { id: 0, quantity: 0n as Quantity };
const held = (id: number, quantity: bigint) => ({ id, quantity: quantity as Quantity });
/** As another client may leave it: gaps before, between and behind positions, and a salt of 254 bits. */
const STRANGE: AccountState = {
  accountId: 77n,
  cash: 5_000_000n as Cash,
  positions: [EMPTY, held(2, 9n), EMPTY, EMPTY, held(300, -4n)],
  salt: FIELD - 1n,
};
const BLANK: AccountState = { accountId: 77n, cash: 0n as Cash, positions: [], salt: 3n };

let circuit: Circuit;
beforeAll(async () => {
  circuit = await shipped("transition");
});

describe("a transition of a state with gaps", () => {
  it.each<[what: string, change: Change, after: AccountState["positions"]]>([
    ["deposits cash", { mode: "transfer", asset: 0, amount: 1n }, STRANGE.positions],
    ["adds to what is held", { mode: "transfer", asset: 2, amount: 1n }, STRANGE.positions.with(1, held(2, 10n))],
    ["takes a gap for what is new", { mode: "transfer", asset: 1, amount: 1n }, STRANGE.positions.with(0, held(1, 1n))],
    [
      "closes by what stands last, and leaves no gap at the end",
      { mode: "transfer", asset: 2, amount: -9n },
      [EMPTY, held(300, -4n)],
    ],
    [
      "closes what stands last",
      { mode: "fill", ticket: ticket(300, 4n as Quantity, 0n as Cash), side: 1n },
      [EMPTY, held(2, 9n)],
    ],
    ["fills a gap by the last", { mode: "move", from: 4, to: 0 }, [held(300, -4n), held(2, 9n)]],
    ["fills a gap the other way round", { mode: "move", from: 0, to: 4 }, [held(300, -4n), held(2, 9n)]],
    ["exchanges two positions", { mode: "move", from: 1, to: 4 }, [EMPTY, held(300, -4n), EMPTY, EMPTY, held(2, 9n)]],
    ["renews the salt in a position's slot", { mode: "move", from: 1, to: 1 }, STRANGE.positions],
  ])("%s", async (_, change, positions) => {
    const { inputs, after } = await transitionInputs({ before: STRANGE, change, salt: 4321n, context: 7n });
    expect(after.positions).toEqual(positions);
    expect(decodeState(encodeState(after))).toEqual(after);
    expect(inputs.newCommitment).toBe(await commit(after));
    expect((await circuit.run(inputs)).satisfied).toBe(true);
  });

  it("makes no gap, and moves nothing that is not there", () => {
    for (const [from, to] of [
      [1, 5],
      [5, 1],
      [0, 2],
      [0, 0],
      [31, 32],
      [4, 31],
    ] as const) {
      const gap = () => applyChange(STRANGE, { mode: "move", from, to }, 1n);
      expect(gap, `${from} ${to}`).toThrow(expect.objectContaining({ code: "NO_SUCH_SLOT" }));
    }
  });

  it("renews the salt of an account that holds nothing", async () => {
    const change: Change = { mode: "move", from: 0, to: 0 };
    const { inputs, after } = await transitionInputs({ before: BLANK, change, salt: 4321n, context: 7n });
    expect(after).toEqual({ ...BLANK, salt: 4321n });
    expect((await circuit.run(inputs)).satisfied).toBe(true);
  });
});
