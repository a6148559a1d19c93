import { createHash } from "node:crypto";
import { word } from "../kernel/binary.ts";
import type { Kernel } from "../kernel/instance.ts";
import type { Multiplier } from "./pool.ts";
import { badR1cs, nonZeros, parseR1cs, type R1cs } from "./r1cs.ts";
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
  const kernel = multiplier.openKernel();
  const publicWires = r1cs.outputs + r1cs.publicInputs + 1;
  const power = Math.floor(Math.log2(r1cs.constraints + publicWires - 1)) + 1;
  const domain = 2 ** power;
  const { fr } = kernel.size;
  const [one, alpha, beta, delta, tau] = [1n, secrets.alpha, secrets.beta, secrets.delta, secrets.tau].map((value) =>
    kernel.put(word(value)),
  ) as [number, number, number, number, number];
  const lagrange = kernel.take(domain * fr);
  /** Plain words of `count` elements over a divisor. */
  const divided = (elements: number, count: number, divisor: number): Uint8Array => {
    const mark = kernel.mark();
    const words = kernel.take(32 * count);
    kernel.divide(words, elements, count, divisor);
    const bytes = kernel.read(words, 32 * count);
    kernel.release(mark);
    return bytes;
  };

  kernel.lagrange_at(lagrange, tau, power + 1, 1);
  const h = multiplier.multiply("g1", divided(lagrange, domain, delta));
  kernel.lagrange_at(lagrange, tau, power, 0);
  const columns = evaluate(kernel, r1cs, lagrange, publicWires);
  const a = multiplier.multiply("g1", divided(columns.a, r1cs.wires, one));
  const b = divided(columns.b, r1cs.wires, one);
  const b1 = multiplier.multiply("g1", b);
  const b2 = multiplier.multiply("g2", b);
  kernel.combine_columns(columns.c, columns.a, columns.b, alpha, beta, r1cs.wires);
  const ic = multiplier.multiply("g1", divided(columns.c, publicWires, one));
  const c = multiplier.multiply("g1", divided(columns.c + fr * publicWires, r1cs.wires - publicWires, delta));

  const single = concatenate([secrets.alpha, secrets.beta, 1n, secrets.delta].map(word));
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
    coefficients: columns.coefficients,
    ic: await ic,
    h: await h,
    c: await c,
    a: await a,
    b1: await b1,
    b2: await b2,
    contributions: noContributions(createHash("sha512").update(r1csFile).digest()),
  });
}

interface Columns {
  /** Addresses of one element per wire. */
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** The key's list of the terms of A and B, and their number before it. */
  readonly coefficients: Uint8Array;
}

/** The columns of A, B and C at tau, and the key's copy of A and B. @throws TacitError `BAD_R1CS` */
function evaluate(kernel: Kernel, r1cs: R1cs, lagrange: number, publicWires: number): Columns {
  const { rows, wires, constraints } = r1cs;
  const [a, b, c] = [0, 1, 2].map(() => kernel.take(wires * kernel.size.fr)) as [number, number, number];
  const counts = nonZeros(r1cs);
  const most = counts.a + counts.b + publicWires;
  const mark = kernel.mark();
  const list = kernel.take(most * kernel.size.keyTerm);
  const words = kernel.put(rows);
  const terms = kernel.evaluate_columns(
    ...[a, b, c, list, words, rows.length / 4],
    ...[constraints, wires, publicWires, lagrange],
  );
  if (terms === 0) throw badR1cs("a row is cut off, or names a wire or a coefficient that cannot be");
  const header = new Uint8Array(4);
  new DataView(header.buffer).setUint32(0, terms, true);
  const coefficients = concatenate([header, kernel.read(list, terms * kernel.size.keyTerm)]);
  kernel.release(mark);
  return { a, b, c, coefficients };
}
