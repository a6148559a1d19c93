import { buildBn128 } from "ffjavascript";
import { groth16 } from "snarkjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FIELD } from "../../prover/hash/poseidon.ts";
import { loadVerificationKey } from "../../prover/prove/artifacts.ts";
import type { BackendProof } from "../../prover/prove/backend.ts";
import { openBackend } from "../../prover/prove/backends.ts";
import type { VerificationKey } from "../../prover/prove/material.ts";
import { checkPairing } from "../../prover/prove/pairing.ts";
import { realWitness } from "../../scripts/kernel/inputs.ts";

let key: VerificationKey;
let made: BackendProof;
beforeAll(async () => {
  const { zkey, witness } = await realWitness("margin_4");
  key = await loadVerificationKey("margin_4");
  const backend = await openBackend();
  made = await (await backend.load(zkey)).prove(witness);
  await backend.close();
});
afterAll(async () => (await buildBn128()).terminate());

const FAILS = "the pairing equation does not hold";
const P = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

describe("the pairing equation", () => {
  it("holds for a proof, and snarkjs says so too", async () => {
    expect(await checkPairing(key, made.publicSignals, made.proof)).toBeNull();
    expect(await groth16.verify(key, made.publicSignals, made.proof)).toBe(true);
  });

  it("fails for every signal changed, as snarkjs says too", async () => {
    for (const i of made.publicSignals.keys()) {
      const signals = made.publicSignals.map((signal, j) => (i === j ? String(BigInt(signal) ^ 1n) : signal));
      expect(await checkPairing(key, signals, made.proof)).toBe(FAILS);
      expect(await groth16.verify(key, signals, made.proof)).toBe(false);
    }
  });

  it("fails for a signal raised by the field's order, one left out and one too many", async () => {
    const { publicSignals, proof } = made;
    const raised = publicSignals.map((signal, i) => (i === 1 ? String(BigInt(signal) + FIELD) : signal));
    expect(await checkPairing(key, raised, proof)).toBe(FAILS);
    const lowered = publicSignals.map((signal, i) => (i === 1 ? String(BigInt(signal) - FIELD) : signal));
    expect(await checkPairing(key, lowered, proof)).toBe(FAILS);
    expect(await checkPairing(key, publicSignals.slice(0, -1), proof)).toBe(FAILS);
    expect(await checkPairing(key, [...publicSignals, "0"], proof)).toBe(FAILS);
  });

  it("fails for points swapped, negated, infinite or off their curves", async () => {
    const { pi_a, pi_b, pi_c } = made.proof;
    const minus = (y = ""): string => String(P - BigInt(y));
    const wrong = [
      { pi_a: pi_c, pi_c: pi_a },
      { pi_a: [pi_a[0] ?? "", minus(pi_a[1]), "1"] },
      { pi_c: [pi_c[0] ?? "", minus(pi_c[1]), "1"] },
      { pi_a: ["0", "1", "0"] },
      {
        pi_b: [
          ["0", "0"],
          ["1", "0"],
          ["0", "0"],
        ],
      },
      { pi_c: ["0", "1", "0"] },
      { pi_a: ["0", "0", "1"] },
      { pi_a: ["1", "1", "1"] },
      { pi_c: ["1", "1", "1"] },
      { pi_b: [pi_b[1] ?? [], pi_b[0] ?? [], ["1", "0"]] },
    ];
    for (const change of wrong) {
      expect(
        await checkPairing(key, made.publicSignals, { ...made.proof, ...change }),
        JSON.stringify(change),
      ).not.toBeNull();
    }
  });

  it("fails under another circuit's key", async () => {
    expect(await checkPairing(await loadVerificationKey("margin_8"), made.publicSignals, made.proof)).toBe(FAILS);
  });
});
