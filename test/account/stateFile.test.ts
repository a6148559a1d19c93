import { describe, expect, it } from "vitest";
import { type AccountState, commit } from "../../prover/account/state.ts";
import { readStateFile, writeState } from "../../prover/account/stateFile.ts";
import { FIELD } from "../../prover/hash/poseidon.ts";
import type { TacitError } from "../../prover/units/errors.ts";
import type { Cash, Quantity } from "../../prover/units/units.ts";

/** What the circuits take and no account file holds: gaps, extremes, a salt that is as large as one gets. */
const STRANGE: AccountState = {
  accountId: (1n << 248n) - 1n,
  cash: -(1n << 100n) as Cash,
  positions: [
    [0, 0n],
    [300, -(1n << 47n)],
    [0, 0n],
    [0, 0n],
    [4501, (1n << 47n) - 1n],
    [7, 1n],
  ].map(([id, quantity]) => ({ id: Number(id), quantity: quantity as Quantity })),
  salt: FIELD - 1n,
};

describe("a state's file", () => {
  it("holds every state that a commitment can open to", async () => {
    const file = await writeState(STRANGE, new Map([[300, "BTC-PERPETUAL"]]));
    expect(await readStateFile(JSON.stringify(file), "state.json")).toEqual(STRANGE);
    expect(file.commitment).toBe(String(await commit(STRANGE)));
    expect(file.lanes[1]).toMatchObject({ instrument: "BTC-PERPETUAL" });
    expect(file.lanes[0]).toBeNull();
  });

  it("is refused when it is not what its commitment opens to, or holds more than a state can", async () => {
    const raw = await writeState(STRANGE);
    const refusal = (change: object) =>
      readStateFile(JSON.stringify({ ...raw, ...change }), "state.json").catch((error) => (error as TacitError).code);
    expect(await refusal({ cash: "0" })).toBe("BAD_STATE");
    expect(await refusal({ lanes: raw.lanes.slice(1) })).toBe("BAD_STATE");
    expect(await refusal({ cash: "-1267650600228229401.496703205377" })).toBe("BAD_STATE");
    expect(await refusal({ cash: "1e5" })).toBe("BAD_DECIMAL");
    expect(await refusal({ lanes: [...raw.lanes, ...Array(27).fill(null)] })).toBe("BAD_FIELD");
    expect(await refusal({ salt: `0x${FIELD.toString(16).padStart(64, "0")}` })).toBe("BAD_STATE");
  });
});
