import { join } from "node:path";
import { buildPoseidon } from "circomlibjs";
import { buildBn128 } from "ffjavascript";
import { groth16, type MemoryFile, wtns, zKey } from "snarkjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireContribution } from "../../prover/prove/material.ts";
import { readStored, type Stored } from "../../prover/prove/store.ts";
import { makeKey } from "../../prover/setup/key.ts";
import { type Multiplier, openMultiplier } from "../../prover/setup/pool.ts";
import { developmentSecrets } from "../../prover/setup/secrets.ts";
import { compileCircuit } from "../../scripts/compile.ts";
import { powersOfTauFile } from "./ptau.ts";

const mem = (data: Uint8Array) => ({ type: "mem" as const, data });
const POWER = 9;
/** The last 68 bytes: 64 of circuit hash, 4 of contributions. */
const TAIL = 68;

let multiplier: Multiplier;
let r1cs: Uint8Array;
let wasm: Uint8Array;
let ptau: Uint8Array;
let snarkjsKey: Uint8Array;

async function stored(file: Stored, extension: string): Promise<Uint8Array> {
  const bytes = await readStored(file, extension);
  if (bytes === null) throw new Error(`${extension} is not in the store`);
  return bytes;
}

async function output(write: (out: MemoryFile) => Promise<unknown>): Promise<Uint8Array> {
  const out: MemoryFile = { type: "mem" };
  await write(out);
  if (out.data === undefined) throw new Error("snarkjs wrote nothing");
  return out.data;
}

beforeAll(async () => {
  multiplier = await openMultiplier();
  const compiled = await compileCircuit(join(import.meta.dirname, "sample.circom"));
  r1cs = await stored(compiled.r1cs, "r1cs");
  wasm = await stored(compiled.wasm, "wasm");
  ptau = await powersOfTauFile(developmentSecrets(r1cs), POWER, multiplier);
  snarkjsKey = await output((out) => zKey.newZKey(mem(r1cs), mem(ptau), out));
});

afterAll(async () => {
  await multiplier[Symbol.asyncDispose]();
  await (await buildBn128()).terminate();
});

const key = (change: { delta?: bigint } = {}): Promise<Uint8Array> =>
  makeKey(r1cs, { ...developmentSecrets(r1cs), ...change }, multiplier);

describe("a development key", () => {
  it("with delta 1 is what snarkjs makes from a powers-of-tau file of the same secrets, but for the circuit hash", async () => {
    const ours = await key({ delta: 1n });
    expect(ours.length).toBe(snarkjsKey.length);
    expect(Buffer.compare(ours.subarray(0, -TAIL), snarkjsKey.subarray(0, -TAIL))).toBe(0);
    expect(ours.subarray(-4)).toEqual(snarkjsKey.subarray(-4));
  });

  it("with delta 1 and snarkjs' circuit hash passes snarkjs' own verification once somebody contributed to it", async () => {
    const ours = await key({ delta: 1n });
    ours.set(snarkjsKey.subarray(-TAIL), ours.length - TAIL);
    const contributed = await output((out) => zKey.contribute(mem(ours), out, "somebody", "some entropy"));
    expect(await zKey.verifyFromR1cs(mem(r1cs), mem(ptau), mem(contributed))).toBe(true);
    const tampered = contributed.slice();
    const last = tampered.length - 10_000;
    tampered.set(tampered.subarray(last - 64, last), last);
    expect(await zKey.verifyFromR1cs(mem(r1cs), mem(ptau), mem(tampered)).catch(() => false)).toBe(false);
  });

  it("is the same bytes every time", async () => {
    expect(Buffer.compare(await key(), await key())).toBe(0);
  });

  it("makes proofs that snarkjs verifies, and gamma is not delta", async () => {
    const zkey = await key();
    const verificationKey = await zKey.exportVerificationKey(mem(zkey));
    expect(verificationKey.vk_gamma_2).not.toEqual(verificationKey.vk_delta_2);
    expect(() => requireContribution(verificationKey, "sample")).not.toThrow();
    const poseidon = await buildPoseidon();
    for (const [left, right] of [
      [3n, 5n],
      [0n, 0n],
      [2n ** 200n, 7n],
    ] as const) {
      const inputs = { product: left * right, unused: 11n, left, right };
      const witness = await output((out) => wtns.calculate(inputs, mem(wasm), out));
      const { proof, publicSignals } = await groth16.prove(zkey, witness);
      expect(publicSignals[0]).toBe(String(poseidon.F.toObject(poseidon([left, right]))));
      expect(await groth16.verify(verificationKey, publicSignals, proof)).toBe(true);
      const other = publicSignals.map((signal, i) => (i === 2 ? String(BigInt(signal) + 1n) : signal));
      expect(await groth16.verify(verificationKey, other, proof)).toBe(false);
    }
  });

  it("with delta equal to gamma is refused before use", async () => {
    const verificationKey = await zKey.exportVerificationKey(mem(await key({ delta: 1n })));
    expect(() => requireContribution(verificationKey, "sample")).toThrow("gamma = delta");
  });
});

describe("development secrets", () => {
  it("differ by circuit and by name, and are neither 0 nor 1", () => {
    const here = developmentSecrets(r1cs);
    const there = developmentSecrets(r1cs.subarray(1));
    const all = [...Object.values(here), ...Object.values(there)];
    expect(new Set(all).size).toBe(8);
    for (const secret of all) expect(secret).toBeGreaterThan(1n);
  });
});
