import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type AccountState, commit, decodeState, encodeState } from "../../prover/account/state.ts";
import { applyChange, type Change } from "../../prover/account/transition.ts";
import { CIRCUITS } from "../../prover/generated/circuits.ts";
import { FIELD } from "../../prover/hash/poseidon.ts";
import type { Signals } from "../../prover/prove/inputs.ts";
import { transitionInputs } from "../../prover/prove/transitionInputs.ts";
import type { Cash } from "../../prover/units/units.ts";
import type { Circuit } from "./harness.ts";
import { shipped } from "./shipped.ts";
import {
  type Case,
  CHANGES,
  COIN,
  EMPTY,
  EXPIRED,
  inputsOf,
  lies,
  OTHER_PERP,
  PERP,
  type Published,
  publish,
  STATE,
  ticket,
  WORTHLESS,
} from "./transitions.ts";

let circuit: Circuit;
let published: Published;
let told: Record<string, Signals>;
beforeAll(async () => {
  circuit = await shipped("transition");
  published = await publish();
  told = await lies(published);
});

const MICRO = 10n ** 6n;
describe("a transition", () => {
  it.each<Case>(CHANGES)("%s", async (_, change, before = STATE) => {
    const { inputs, after } = await transitionInputs({ before, change: change(published), salt: 4321n, context: 7n });
    expect(inputs.newCommitment).toBe(await commit(after));
    expect((await circuit.run(inputs)).satisfied).toBe(true);
  });

  it("leads from any state to where the model says, on random changes", async () => {
    const id = fc.constantFrom(COIN, PERP, OTHER_PERP, WORTHLESS, EXPIRED, 256, 0xffffffff);
    const most = (1n << 47n) - 1n;
    const quantity = fc.oneof(fc.bigInt(-20n, 20n), fc.constantFrom(most, -most, 5_000_000n, -5_000_000n));
    const cash = fc.oneof(fc.bigInt(-100n, 100n), fc.constantFrom(10n ** 30n, -(10n ** 30n)));
    const change: fc.Arbitrary<Change> = fc.oneof(
      fc.record({ mode: fc.constant("transfer" as const), asset: fc.constantFrom(0, COIN, 3), amount: quantity }),
      fc.record({
        mode: fc.constant("fill" as const),
        ticket: fc.tuple(id, quantity, cash).map(([i, q, c]) => ticket(i, q, c)),
        side: fc.constantFrom(1n as const, -1n as const),
      }),
      fc.record({ mode: fc.constant("move" as const), from: fc.nat(4), to: fc.nat(4) }),
      fc.constant({ mode: "settle" as const, id: EXPIRED, entry: published.settlements.open(EXPIRED) }),
    );
    let proven = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        let before: AccountState = STATE;
        for (const [i, next] of changes.entries()) {
          const made = await transitionInputs({ before, change: next, salt: BigInt(i + 1), context: 7n }).catch(
            (error: { code?: string }) => error.code ?? "none",
          );
          if (typeof made === "string") {
            expect(made).toMatch(/^(NEGATIVE_SPOT|OUT_OF_RANGE|NOT_HELD|NO_SUCH_SLOT)$/);
            continue;
          }
          expect((await circuit.run(made.inputs)).satisfied).toBe(true);
          expect(new Set(made.after.positions.map((p) => p.id)).size).toBe(made.after.positions.length);
          proven++;
          before = made.after;
        }
      }),
      { numRuns: 25 },
    );
    expect(proven).toBeGreaterThan(25);
  });

  it("takes any salt, so whoever reads a state must take any", async () => {
    const change = { mode: "transfer", asset: 0, amount: 1n } as const;
    const { inputs, after } = await transitionInputs({ before: STATE, change, salt: FIELD - 1n, context: 7n });
    expect((await circuit.run(inputs)).satisfied).toBe(true);
    expect(decodeState(encodeState(after))).toEqual(after);
  });

  it("fills and empties every slot", async () => {
    let before: AccountState = { ...EMPTY, salt: 1n };
    for (let i = 0; i < 32; i++) {
      const fill = { mode: "fill", ticket: ticket(256 + i, BigInt(i - 40), 1n), side: 1n } as const;
      const { inputs, after } = await transitionInputs({ before, change: fill, salt: BigInt(i + 2), context: 7n });
      if (i > 28) expect((await circuit.run(inputs)).satisfied).toBe(true);
      before = after;
    }
    const deposit = await transitionInputs({
      before,
      change: { mode: "transfer", asset: 0, amount: 1n },
      salt: 98n,
      context: 7n,
    });
    expect((await circuit.run(deposit.inputs)).satisfied).toBe(true);
    const more = { mode: "fill", ticket: ticket(999, 1n, 1n), side: 1n } as const;
    expect(() => applyChange(before, more, 99n)).toThrow(expect.objectContaining({ code: "NO_FREE_SLOT" }));
  });

  it.each<[string, Change, AccountState?]>([
    ["NOT_EMPTY", { mode: "open" }],
    ["NOT_SPOT", { mode: "transfer", asset: 256, amount: 1n }],
    ["NEGATIVE_SPOT", { mode: "transfer", asset: COIN, amount: -5_000_001n }],
    ["OUT_OF_RANGE", { mode: "fill", ticket: ticket(PERP, 1n << 47n, 0n), side: -1n }],
    ["OUT_OF_RANGE", { mode: "transfer", asset: 0, amount: 1n << 90n }],
    ["NO_SUCH_SLOT", { mode: "move", from: 0, to: 4 }],
  ])("is refused with %s before any proving", (code, change) => {
    expect(() => applyChange(STATE, change, 1n)).toThrow(expect.objectContaining({ code }));
  });

  it("refuses a reduction that is none, and one that gives up too much", () => {
    const reduce = (quantity: bigint, cash: bigint): Change => ({
      mode: "reduce",
      ticket: ticket(PERP, quantity, cash),
      side: 1n,
      row: published.rows(PERP),
      feeBound: 500n,
    });
    for (const quantity of [-1n, 2_000_001n]) {
      expect(() => applyChange(STATE, reduce(quantity, 10n ** 18n), 1n)).toThrow(
        expect.objectContaining({ code: "NOT_A_REDUCTION" }),
      );
    }
    const value = 50_000_000_000n * MICRO;
    expect(() => applyChange(STATE, reduce(MICRO, -value - 501n), 1n)).toThrow(
      expect.objectContaining({ code: "ABOVE_FEE_BOUND" }),
    );
    expect(applyChange(STATE, reduce(MICRO, -value - 500n), 1n).state.cash).toBe((STATE.cash - value - 500n) as Cash);
  });

  it("tells only lies that are false", async () => {
    expect(Object.keys(told).length).toBeGreaterThan(50);
    for (const [lie, inputs] of Object.entries(told)) {
      expect((await circuit.run(inputs)).satisfied, lie).toBe(false);
    }
  });

  it("holds every wire of an honest witness in place", async () => {
    const [, change] = CHANGES.find(([name]) => name.startsWith("reduces a short")) ?? [];
    const { witness, satisfied } = await circuit.run(await inputsOf(change?.(published) ?? { mode: "open" }));
    expect(satisfied).toBe(true);
    expect(circuit.freeWires(witness)).toEqual([]);
  });

  it("takes less than 8,192 rows", () => {
    expect(CIRCUITS.transition.constraints).toBeLessThan(8_192);
  });
});
