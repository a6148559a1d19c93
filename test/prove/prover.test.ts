import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AccountState } from "../../prover/account/state.ts";
import { commit } from "../../prover/account/state.ts";
import { CIRCUITS, MARGIN_NAMES } from "../../prover/generated/circuits.ts";
import { FIELD } from "../../prover/hash/poseidon.ts";
import type { Market } from "../../prover/market/types.ts";
import { loadArtifacts, readChecked } from "../../prover/prove/artifacts.ts";
import { requireContribution } from "../../prover/prove/material.ts";
import { offchainContext, ProofFile } from "../../prover/prove/proofFile.ts";
import { circuitFor, openProver, type Prover } from "../../prover/prove/prover.ts";
import { storedPath } from "../../prover/prove/store.ts";
import { Cash, Coverage } from "../../prover/units/units.ts";
import { malleate } from "../contracts/forgery.ts";
import { coinAccount, coinMarket } from "../contracts/market.ts";

const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const ONE = Coverage.parse("1", "coverage");

let prover: Prover;
let market: Market;
let account: AccountState;
let proof: ProofFile;
beforeAll(async () => {
  prover = await openProver();
  market = await coinMarket(1_770_240_788, "50000");
  account = coinAccount(5n, "-75000");
  proof = (await prover.prove({ account, market, set: "maintenance", coverage: ONE })).proof;
});
afterAll(() => prover[Symbol.asyncDispose]());

describe("a prover", () => {
  it.each(MARGIN_NAMES)("proves on every circuit, and the proof verifies: %s", async (circuit) => {
    const stages: string[] = [];
    const made = await prover.prove({ account, market, set: "initial", coverage: ONE, circuit }, (stage) =>
      stages.push(stage),
    );
    expect(made.proof).toMatchObject({ circuit, setup: CIRCUITS[circuit].setup, set: "initial" });
    expect(made.proof.publicSignals).toEqual({
      healthy: "1",
      commitment: String(await commit(account)),
      requirementRoot: String(market.sets.initial.requirementRoot),
      coverage: "10000",
      context: String(await offchainContext(market.hash)),
    });
    expect(await prover.verify(made.proof, { market })).toEqual({ valid: true, healthy: true });
    expect(stages).toEqual(["loading keys", "building the tree", "computing the witness", "proving", "verifying"]);
    expect(made.cost.peakMemory).toBeGreaterThan(50e6);
  });

  it("proves an account that fails unhealthy, to the last unit", async () => {
    // Two coins at 50,000 require 16,000: equity of exactly that is enough, one unit of 1e-12 USD less is not.
    const at = (cash: string) => ({ ...account, cash: Cash.parse(cash, "cash") });
    const request = { market, set: "maintenance", coverage: ONE } as const;
    const enough = await prover.prove({ ...request, account: at("-84000") });
    const short = await prover.prove({ ...request, account: at("-84000.000000000001") });
    expect(enough.proof.publicSignals.healthy).toBe("1");
    expect(short.proof.publicSignals.healthy).toBe("0");
    expect(await prover.verify(short.proof, { market })).toEqual({ valid: true, healthy: false });
  });

  it("takes the smallest circuit that fits, and refuses more positions than the largest", () => {
    expect([0, 4, 5, 9, 17, 32].map(circuitFor)).toEqual([
      "margin_4",
      "margin_4",
      "margin_8",
      "margin_16",
      "margin_32",
      "margin_32",
    ]);
    expect(() => circuitFor(33)).toThrow(/33 positions/);
  });

  it("refuses an instrument the market does not list", async () => {
    const stranger = { ...account, positions: account.positions.map((held) => ({ ...held, id: 2 })) };
    await expect(prover.prove({ account: stranger, market, set: "initial", coverage: ONE })).rejects.toThrow(
      /instrument 2 is not listed/,
    );
  });

  it("refuses a market whose root does not belong to its rows, and proves again afterwards", async () => {
    const { maintenance } = market.sets;
    const forged = {
      ...market,
      sets: { ...market.sets, maintenance: { ...maintenance, requirementRoot: maintenance.requirementRoot + 1n } },
    };
    await expect(prover.prove({ account, market: forged, set: "maintenance", coverage: ONE })).rejects.toMatchObject({
      code: "UNSATISFIED",
    });
    const { proof: again } = await prover.prove({ account, market, set: "maintenance", coverage: ONE });
    expect(again.publicSignals).toEqual(proof.publicSignals);
  });
});

describe("a verifier", () => {
  it("compares everything it knows, and says what does not fit", async () => {
    const other = await coinMarket(1_770_240_789, "50000");
    const cases = [
      [{ market: other }, /another market, epoch or requirement set/],
      [{ market: { ...market, hash: 2n } }, /another purpose or another market file/],
      [{ market, context: 12n }, /another purpose/],
      [{ market, coverage: Coverage.parse("1.5", "coverage") }, /another coverage/],
      [{ market, commitment: 3n }, /another account/],
    ] as const;
    for (const [expected, reason] of cases) {
      const verdict = await prover.verify(proof, expected);
      expect(verdict).toMatchObject({ valid: false, reason: expect.stringMatching(reason) });
    }
    const all = { market, coverage: ONE, commitment: await commit(account) };
    expect(await prover.verify(proof, all)).toEqual({ valid: true, healthy: true });
  });

  it.each(["healthy", "commitment", "coverage"] as const)("refuses a proof whose %s was changed", async (signal) => {
    const value = signal === "healthy" ? "0" : String(BigInt(proof.publicSignals[signal]) + 1n);
    const changed = { ...proof, publicSignals: { ...proof.publicSignals, [signal]: value } };
    expect(await prover.verify(changed, { market })).toMatchObject({ valid: false });
  });

  it("refuses another set's word and another circuit's key", async () => {
    expect(await prover.verify({ ...proof, set: "initial" }, { market })).toMatchObject({ valid: false });
    expect(await prover.verify({ ...proof, circuit: "margin_8" }, { market })).toMatchObject({ valid: false });
    expect(await prover.verify({ ...proof, circuit: "margin_5" }, { market })).toMatchObject({
      valid: false,
      reason: "there is no circuit margin_5",
    });
  });

  it("accepts a malleated proof of the same statement, which is why proof bytes identify nothing", async () => {
    const twin = { ...proof, proof: malleate(proof.proof) };
    expect(twin.proof.pi_a).not.toEqual(proof.proof.pi_a);
    expect(await prover.verify(twin, { market })).toEqual({ valid: true, healthy: true });
  });

  it("refuses a file that is not of its type, before any word of it is looked up", async () => {
    const { publicSignals, proof: points } = proof;
    const [x, y] = points.pi_a;
    const plus = (value: string, order: bigint) => String(BigInt(value) + order);
    const liars = [
      { ...proof, set: "toString" },
      { ...proof, set: "__proto__" },
      { ...proof, circuit: "toString" },
      { ...proof, publicSignals: { ...publicSignals, healthy: "01" } },
      { ...proof, publicSignals: { ...publicSignals, healthy: ["1"] } },
      { ...proof, publicSignals: { ...publicSignals, commitment: plus(publicSignals.commitment, FIELD) } },
      { ...proof, proof: { ...points, pi_a: [plus(x, BASE_FIELD), y, "1"] } },
      null,
    ];
    for (const liar of liars) {
      expect(await prover.verify(liar, { market })).toMatchObject({
        valid: false,
        reason: expect.stringMatching(/not a proof file/),
      });
    }
  });

  it("refuses a development key that calls itself a ceremony's", async () => {
    expect(await prover.verify({ ...proof, setup: "ceremony" }, { market })).toEqual({
      valid: false,
      reason: "its key is a development key, not a ceremony one",
    });
  });

  it("reads no signal or coordinate that would be reduced silently", () => {
    const plusOrder = { ...proof.publicSignals, commitment: String(BigInt(proof.publicSignals.commitment) + FIELD) };
    expect(ProofFile.safeParse({ ...proof, publicSignals: plusOrder }).success).toBe(false);
    const [x] = proof.proof.pi_a;
    const wide = { ...proof.proof, pi_a: [String(BigInt(x) + (1n << 254n)), proof.proof.pi_a[1], "1"] };
    expect(ProofFile.safeParse({ ...proof, proof: wide }).success).toBe(false);
    expect(ProofFile.safeParse({ ...proof, publicSignals: { ...proof.publicSignals, healthy: "2" } }).success).toBe(
      false,
    );
    expect(ProofFile.safeParse(proof).success).toBe(true);
  });

  it("refuses a second point on the curve but outside the group", async () => {
    // The twist has a large cofactor: x = 1 has a y, and that point has another order.
    const y = [
      "18278151005453108793778860132295291098363647455926340152056652516292830556603",
      "5912654199736721486680175016176231956195085055698687135131307249486702594212",
    ] as [string, string];
    const outside: ProofFile["proof"] = { ...proof.proof, pi_b: [["1", "0"], y, ["1", "0"]] };
    expect(await prover.verify({ ...proof, proof: outside }, { market })).toEqual({
      valid: false,
      reason: "its second point is not in the group",
    });
  });
});

describe("an artifact", () => {
  it("is refused with one bit flipped, cut off or missing, with the way out", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tacit-"));
    try {
      const { wasm } = CIRCUITS.margin_4;
      const bytes = await readFile(storedPath(wasm.sha256, "wasm"));
      const path = join(folder, "margin_4.wasm");
      await writeFile(path, bytes);
      expect((await readChecked(path, wasm, "the program")).length).toBe(wasm.bytes);
      bytes[12_345] = (bytes[12_345] ?? 0) ^ 1;
      await writeFile(path, bytes);
      const refused = { code: "DAMAGED_ARTIFACT", hint: expect.stringContaining("npm run build") };
      await expect(readChecked(path, wasm, "the program")).rejects.toMatchObject(refused);
      await writeFile(path, bytes.subarray(0, 1000));
      await expect(readChecked(path, wasm, "the program")).rejects.toMatchObject(refused);
      await rm(path);
      await expect(readChecked(path, wasm, "the program")).rejects.toMatchObject({ code: "MISSING_ARTIFACT" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("is refused as a key with gamma = delta", async () => {
    const { verificationKey } = await loadArtifacts("margin_4");
    const uncontributed = { ...verificationKey, vk_delta_2: verificationKey.vk_gamma_2 };
    expect(() => requireContribution(uncontributed, "margin_4")).toThrow(/anybody can forge/);
  });
});

it("lets the process end by itself once it is disposed of", async () => {
  const script = `
    import { openProver } from "./prover/prove/prover.ts";
    { await using prover = await openProver(); }
    console.log("done");`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module-typescript", "-e", script], {
    cwd: new URL("../../", import.meta.url),
    timeout: 30_000,
  });
  expect(stdout).toBe("done\n");
});
