import { createHash } from "node:crypto";
import type { Curve } from "./curve.ts";
import { lagrangeAt, store } from "./lagrange.ts";
import type { Multiplier } from "./pool.ts";
import { nonZeros, parseR1cs, type R1cs } from "./r1cs.ts";
import type { SetupSecrets } from "./secrets.ts";
import { concatenate, noContributions, zkeyFile } from "./zkey.ts";

/**
 * A Groth16 proving key computed from a constraint system and known secrets, in the layout snarkjs 0.7.6 reads. With
 * delta = 1 it is byte for byte what `snarkjs groth16 setup` makes from a powers-of-tau file of the same secrets, but
 * for the circuit hash, which snarkjs takes over the points and which is SHA-512 of the r1cs file here.
 *
 * Notation: matrices A, B, C of the constraints, one identity row of A appended for each of wires 0..nPublic, L_c the
 * Lagrange polynomials of the smallest domain of 2^k > rows. For wire s
 *
 *     a_s = sum_c A[c][s] * L_c(tau)      (b, c likewise)
 *     k_s = beta * a_s + alpha * b_s + c_s, over gamma = 1 for public wires and over delta for the others
 *     h_i = L'_(2i+1)(tau) / delta        with L' of the doubled domain
 */
export async function makeKey(
  r1csFile: Uint8Array,
  secrets: SetupSecrets,
  multiplier: Multiplier,
): Promise<Uint8Array> {
  const r1cs = parseR1cs(r1csFile);
  const wasm = multiplier.openCurve();
  const publicWires = r1cs.outputs + r1cs.publicInputs + 1;
  const power = Math.floor(Math.log2(r1cs.constraints + publicWires - 1)) + 1;
  const domain = 2 ** power;

  const inverseDelta = wasm.alloc(32);
  store(wasm, secrets.delta, inverseDelta);
  wasm.call("frm_batchInverse")(inverseDelta, 32, 1, inverseDelta, 32);
  const h = multiplier.multiply(
    "g1",
    scaled(wasm, lagrangeAt(wasm, secrets.tau, power + 1, true), domain, inverseDelta),
  );

  const sums = evaluate(wasm, r1cs, secrets.tau, power, publicWires);
  const a = multiplier.multiply("g1", plain(wasm, sums.a, r1cs.wires));
  const b = plain(wasm, sums.b, r1cs.wires);
  const b1 = multiplier.multiply("g1", b);
  const b2 = multiplier.multiply("g2", b);
  combine(wasm, sums, secrets, r1cs.wires);
  const ic = multiplier.multiply("g1", plain(wasm, sums.c, publicWires));
  const hiddenWires = r1cs.wires - publicWires;
  const c = multiplier.multiply("g1", scaled(wasm, sums.c + 32 * publicWires, hiddenWires, inverseDelta));

  const single = concatenate([secrets.alpha, secrets.beta, 1n, secrets.delta].map(littleEndian));
  const [g1, g2] = await Promise.all([multiplier.multiply("g1", single), multiplier.multiply("g2", single)]);
  return zkeyFile({
    wires: r1cs.wires,
    publicSignals: publicWires - 1,
    domain,
    alpha1: g1.subarray(0, 64),
    beta1: g1.subarray(64, 128),
    beta2: g2.subarray(128, 256),
    gamma2: g2.subarray(256, 384),
    delta1: g1.subarray(192, 256),
    delta2: g2.subarray(384, 512),
    coefficients: sums.coefficients,
    ic: await ic,
    h: await h,
    c: await c,
    a: await a,
    b1: await b1,
    b2: await b2,
    contributions: noContributions(createHash("sha512").update(r1csFile).digest()),
  });
}

interface Sums {
  /** Pointers to one element per wire, Montgomery form. */
  a: number;
  b: number;
  c: number;
  /** The key's list of the terms of A and B: matrix, row, wire (u32 each) and coefficient times 2^512. */
  coefficients: Uint8Array;
}

/** The columns of A, B and C at tau, and the key's copy of A and B, in one pass over the terms. */
function evaluate(wasm: Curve, r1cs: R1cs, tau: bigint, power: number, publicWires: number): Sums {
  const counts = nonZeros(r1cs);
  const terms = counts.a + counts.b + publicWires;
  const rows = wasm.alloc(r1cs.rows.length);
  const list = wasm.alloc(terms * 44);
  const columns = [0, 1, 2].map(() => wasm.alloc(r1cs.wires * 32)) as [number, number, number];
  const coefficient = wasm.alloc(32);
  const product = wasm.alloc(32);
  const lagrange = lagrangeAt(wasm, tau, power);
  const memory = wasm.bytes();
  memory.set(r1cs.rows, rows);
  const view = new DataView(memory.buffer);
  const [mul, add, toMontgomery] = [wasm.call("frm_mul"), wasm.call("frm_add"), wasm.call("frm_toMontgomery")];

  let out = list;
  let at = rows;
  for (let row = 0; row < r1cs.constraints; row++) {
    for (let matrix = 0; matrix < 3; matrix++) {
      const column = columns[matrix] as number;
      const count = view.getUint32(at, true);
      at += 4;
      for (let i = 0; i < count; i++) {
        const wire = view.getUint32(at, true);
        toMontgomery(at + 4, coefficient);
        mul(coefficient, lagrange + 32 * row, product);
        add(column + 32 * wire, product, column + 32 * wire);
        at += 36;
        if (matrix === 2) continue;
        view.setUint32(out, matrix, true);
        view.setUint32(out + 4, row, true);
        view.setUint32(out + 8, wire, true);
        toMontgomery(coefficient, out + 12);
        out += 44;
      }
    }
  }
  store(wasm, 1n, coefficient);
  toMontgomery(coefficient, coefficient);
  for (let wire = 0; wire < publicWires; wire++) {
    const row = r1cs.constraints + wire;
    add(columns[0] + 32 * wire, lagrange + 32 * row, columns[0] + 32 * wire);
    view.setUint32(out, 0, true);
    view.setUint32(out + 4, row, true);
    view.setUint32(out + 8, wire, true);
    memory.copyWithin(out + 12, coefficient, coefficient + 32);
    out += 44;
  }
  const [a, b, c] = columns;
  const header = new Uint8Array(4);
  new DataView(header.buffer).setUint32(0, terms, true);
  return { a, b, c, coefficients: concatenate([header, memory.subarray(list, out)]) };
}

/** c := beta * a + alpha * b + c, for every wire. */
function combine(wasm: Curve, sums: Sums, secrets: SetupSecrets, wires: number): void {
  const [alpha, beta, product] = [wasm.alloc(32), wasm.alloc(32), wasm.alloc(32)];
  store(wasm, secrets.alpha, alpha);
  store(wasm, secrets.beta, beta);
  const [mul, add] = [wasm.call("frm_mul"), wasm.call("frm_add")];
  for (let at = 0; at < 32 * wires; at += 32) {
    mul(sums.a + at, beta, product);
    add(sums.c + at, product, sums.c + at);
    mul(sums.b + at, alpha, product);
    add(sums.c + at, product, sums.c + at);
  }
}

/** `count` elements out of Montgomery form, copied out of the memory. */
function plain(wasm: Curve, pointer: number, count: number): Uint8Array {
  const out = wasm.alloc(count * 32);
  wasm.call("frm_batchFromMontgomery")(pointer, count, out);
  return wasm.bytes().slice(out, out + count * 32);
}

/** `count` elements times the element at `factor`, out of Montgomery form. */
function scaled(wasm: Curve, pointer: number, count: number, factor: number): Uint8Array {
  const mul = wasm.call("frm_mul");
  for (let i = 0; i < count; i++) mul(pointer + 32 * i, factor, pointer + 32 * i);
  return plain(wasm, pointer, count);
}

function littleEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < 4; i++) view.setBigUint64(8 * i, (value >> BigInt(64 * i)) & 0xffff_ffff_ffff_ffffn, true);
  return bytes;
}
