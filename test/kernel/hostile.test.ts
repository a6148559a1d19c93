import { buildBn128 } from "ffjavascript";
import { groth16 } from "snarkjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BASE_FIELD, SCALAR_FIELD, word } from "../../prover/kernel/binary.ts";
import type { Backend } from "../../prover/prove/backend.ts";
import { openNativeBackend } from "../../prover/prove/backend-native.ts";
import { openWasmBackend } from "../../prover/prove/backend-wasm.ts";
import { TacitError } from "../../prover/units/errors.ts";
import { randomNumbers } from "./kernels.ts";
import { NATIVE } from "./native.ts";
import { sampleKey } from "./sample.ts";

const random = randomNumbers(0x853c49e6748fea9bn);
const below = (bound: number): number => Number(random(BigInt(bound)));

let backend: Backend;
let zkey: Uint8Array;
let witness: Uint8Array;
let verificationKey: unknown;
beforeAll(async () => {
  ({ zkey, witness, verificationKey } = await sampleKey());
});
afterAll(async () => {
  await (await buildBn128()).terminate();
});

const changed = (bytes: Uint8Array, change: (copy: Uint8Array, view: DataView) => void): Uint8Array => {
  const copy = new Uint8Array(bytes);
  change(copy, new DataView(copy.buffer));
  return copy;
};
/** Where each section's content begins, in iden3's container. */
const sections = (file: Uint8Array): Map<number, { at: number; size: number }> => {
  const view = new DataView(file.buffer, file.byteOffset);
  const found = new Map<number, { at: number; size: number }>();
  for (let at = 12; at < file.length; ) {
    const size = Number(view.getBigUint64(at + 4, true));
    found.set(view.getUint32(at, true), { at: at + 12, size });
    at += 12 + size;
  }
  return found;
};
const start = (file: Uint8Array, section: number): number => sections(file).get(section)?.at ?? Number.NaN;

/** Loads and proves, and says what came of it: a proof, or the error's code. Anything but a TacitError fails the test. */
async function outcome(key: Uint8Array, wtns: Uint8Array): Promise<string> {
  try {
    const loaded = await backend.load(key);
    try {
      const { proof, publicSignals } = await loaded.prove(wtns);
      return (await groth16.verify(verificationKey, publicSignals, proof)) ? "valid" : "invalid";
    } finally {
      await loaded.forget();
    }
  } catch (error) {
    if (!(error instanceof TacitError)) throw error;
    return error.code;
  }
}

const BACKENDS = [
  { name: "wasm", open: openWasmBackend },
  ...(NATIVE ? [{ name: "native", open: openNativeBackend }] : []),
];

describe.each(BACKENDS)("the $name backend", ({ open }) => {
  beforeAll(async () => {
    backend = await open({ threads: 2 });
  });
  afterAll(() => backend.close());

  it("proves the sample circuit, and still does after every refusal of this file", async () => {
    expect(await outcome(zkey, witness)).toBe("valid");
    expect(await outcome(zkey.subarray(1), witness)).toBe("BAD_KEY");
    expect(await outcome(zkey, witness)).toBe("valid");
  });

  it("refuses a key cut off anywhere", async () => {
    for (let i = 0; i < 60; i++) expect(await outcome(zkey.subarray(0, below(zkey.length)), witness)).toBe("BAD_KEY");
    expect(await outcome(new Uint8Array(), witness)).toBe("BAD_KEY");
    expect(
      await outcome(
        changed(new Uint8Array(zkey.length + 1), (copy) => copy.set(zkey)),
        witness,
      ),
    ).toBe("BAD_KEY");
  });

  it("refuses a witness cut off anywhere", async () => {
    for (let i = 0; i < 30; i++) {
      expect(await outcome(zkey, witness.subarray(0, below(witness.length)))).toBe("BAD_WITNESS");
    }
  });

  it("answers any flipped bit of a key with a refusal or with a proof that does not verify", async () => {
    const { at: contributions } = sections(zkey).get(10) ?? { at: zkey.length };
    for (let i = 0; i < 150; i++) {
      // Half of them where sizes and numbers are.
      const at = i % 2 === 0 ? below(contributions) : below(760);
      const key = changed(zkey, (copy) => {
        copy[at] = (copy[at] ?? 0) ^ (1 << below(8));
      });
      expect(["BAD_KEY", "BAD_WITNESS", "invalid", "valid"]).toContain(await outcome(key, witness));
    }
  });

  it("refuses every flipped bit of a point", async () => {
    for (const section of [5, 6, 7, 8, 9]) {
      const { at, size } = sections(zkey).get(section) ?? { at: 0, size: 0 };
      for (let i = 0; i < 8; i++) {
        const key = changed(zkey, (copy) => {
          const byte = at + below(size);
          copy[byte] = (copy[byte] ?? 0) ^ (1 << below(8));
        });
        expect(await outcome(key, witness)).toBe("BAD_KEY");
      }
    }
  });

  it.each([
    ["a base field other than BN254's", 2, 4, word(BASE_FIELD + 2n)],
    ["a scalar field other than BN254's", 2, 40, word(SCALAR_FIELD - 2n)],
    ["words of another size", 2, 0, Uint8Array.of(48)],
    ["more wires than points", 2, 72, Uint8Array.of(255, 255, 255, 255)],
    ["no wires", 2, 72, Uint8Array.of(0, 0, 0, 0)],
    ["more public signals than wires", 2, 76, Uint8Array.of(255, 255, 255, 255)],
    ["a domain that is no power of two", 2, 80, Uint8Array.of(255)],
    ["a domain of nothing", 2, 80, Uint8Array.of(0, 0, 0, 0)],
    ["a domain beyond the field's roots of unity", 2, 80, Uint8Array.of(0, 0, 0, 0x80)],
    ["another protocol", 1, 0, Uint8Array.of(2)],
    ["more coefficients than it holds", 4, 0, Uint8Array.of(255, 255, 255, 255)],
    ["a coefficient of a third matrix", 4, 4, Uint8Array.of(2)],
    ["a coefficient's row beyond the domain", 4, 8, Uint8Array.of(255, 255, 255, 255)],
    ["a coefficient's wire beyond the wires", 4, 12, Uint8Array.of(255, 255, 255, 255)],
    ["a coefficient beyond the field", 4, 16, word(SCALAR_FIELD)],
    ["an alpha off the curve", 2, 84, Uint8Array.of(1, 2, 3)],
    ["a delta off the twist", 2, 532, Uint8Array.of(1, 2, 3)],
  ])("refuses a key with %s", async (_, section, offset, bytes) => {
    const key = changed(zkey, (copy) => copy.set(bytes, start(zkey, section) + offset));
    expect(await outcome(key, witness)).toBe("BAD_KEY");
  });

  it("refuses a key whose section is said to be longer than the file, or is there twice", async () => {
    const long = changed(zkey, (_, view) => view.setBigUint64(start(zkey, 5) - 8, 0xffff_ffff_ffff_ffffn, true));
    expect(await outcome(long, witness)).toBe("BAD_KEY");
    const twice = changed(zkey, (_, view) => view.setUint32(start(zkey, 6) - 12, 5, true));
    expect(await outcome(twice, witness)).toBe("BAD_KEY");
  });

  it.each([
    ["of another field", 1, 4, word(BASE_FIELD)],
    ["with a value that is the field's order", 2, 64, word(SCALAR_FIELD)],
    ["with a value of all bits", 2, 32, new Uint8Array(32).fill(255)],
    ["that does not begin with one", 2, 0, word(2n)],
    ["that names more values than it holds", 1, 36, Uint8Array.of(255, 255, 255, 127)],
  ])("refuses a witness %s", async (_, section, offset, bytes) => {
    const bad = changed(witness, (copy) => copy.set(bytes, start(witness, section) + offset));
    expect(await outcome(zkey, bad)).toBe("BAD_WITNESS");
  });

  it("makes no valid proof of a witness that breaks the circuit", async () => {
    const bad = changed(witness, (copy) => copy.set(word(16n), start(witness, 2) + 64));
    expect(await outcome(zkey, bad)).toBe("invalid");
  });

  it("refuses what is not a file of the kind at all", async () => {
    expect(await outcome(witness, witness)).toBe("BAD_KEY");
    expect(await outcome(zkey, zkey)).toBe("BAD_WITNESS");
  });

  it("tells those who wait when it is closed", async () => {
    const short = await open({ threads: 2 });
    const key = await short.load(zkey);
    const pending = expect(key.prove(witness)).rejects.toMatchObject({ code: "KERNEL_FAILED" });
    await short.close();
    await pending;
    await expect(short.load(zkey)).rejects.toMatchObject({ code: "KERNEL_FAILED" });
  });
});
