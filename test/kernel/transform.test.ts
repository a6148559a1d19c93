import { describe, expect, it } from "vitest";
import { SCALAR_FIELD as R } from "../../prover/kernel/binary.ts";
import { reverseBits } from "../../prover/kernel/split.ts";
import { BUILDS, numbers, openBuild, randomNumbers, words } from "./kernels.ts";
import { PATHS, theAddon } from "./native.ts";

const random = randomNumbers(0xda942042e4dd58b5n);
const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n;
  for (let b = base, e = exponent; e > 0n; e >>= 1n, b = (b * b) % R) if (e & 1n) result = (result * b) % R;
  return result;
};
const inverse = (value: bigint): bigint => power(value, R - 2n);
const rootOfOrder = (order: number): bigint => power(5n, (R - 1n) / BigInt(order));

/** Values of a polynomial on the odd coset from those at the roots of unity, from the definition of both. */
function odd(values: readonly bigint[]): bigint[] {
  const size = values.length;
  const root = rootOfOrder(2 * size);
  const roots = Array.from({ length: 2 * size }, (_, i) => power(root, BigInt(i)));
  const at = (exponent: number): bigint => roots[exponent % (2 * size)] ?? 0n;
  const scale = inverse(BigInt(size));
  const coefficients = values.map(
    (_, j) => (values.reduce((sum, value, k) => sum + value * at(2 * (size - ((j * k) % size))), 0n) * scale) % R,
  );
  return values.map((_, i) => coefficients.reduce((sum, c, j) => sum + c * at((2 * i + 1) * j), 0n) % R);
}

describe.each(BUILDS)("the transforms of %s", async (file) => {
  const kernel = await openBuild(file);
  const { fr } = kernel.size;

  it.each([
    [0, 0],
    [1, 0],
    [1, 1],
    [4, 0],
    [4, 1],
    [4, 2],
    [4, 4],
    [7, 3],
  ])("take 2^%i values to the odd coset in 2^%i blocks", (log, depth) => {
    const mark = kernel.mark();
    const size = 2 ** log;
    const rows = 2 ** (log - depth);
    const values = Array.from({ length: size }, () => random(R));
    const x = kernel.take(size * fr);
    const y = kernel.take(size * fr);
    const one = kernel.take(size * fr);
    const zero = kernel.take(size * fr);
    const roots = kernel.take(size * fr);
    // witness_read is the one way of plain values into Montgomery form: it keeps order, so rows are placed here.
    kernel.witness_read(x, kernel.put(words(values.map((_, i) => values[reverseBits(i, log)] ?? 0n))), size);
    kernel.witness_read(one, kernel.put(words(values.map(() => inverse(BigInt(size))))), size);
    kernel.witness_read(zero, kernel.put(words(values.map(() => 0n))), size);
    kernel.fft_roots(roots, log);
    for (let block = 0; block < 2 ** depth; block++)
      kernel.fft_inverse(x + block * rows * fr, log - depth, block, roots);
    for (let block = 0; block < 2 ** depth; block++) {
      kernel.fft_mix(y + block * rows * fr, x, log - depth, depth, block);
      kernel.fft_coset(y + block * rows * fr, log - depth, depth, block, roots);
    }
    const out = kernel.take(size * 32);
    kernel.join(out, y, one, zero, size);
    const got = numbers(kernel.read(out, size * 32));
    kernel.release(mark);
    const wanted = odd(values);
    expect(got).toEqual(wanted.map((_, i) => wanted[reverseBits(i, log)]));
  });
});

describe.each(PATHS)("the transform of the native %s path", (path) => {
  const engine = theAddon().open(1, path);

  it.each([0, 1, 2, 3, 4, 5, 7])("takes 2^%i values to the odd coset, times their number", (log) => {
    const values = Array.from({ length: 2 ** log }, () => random(R));
    const bytes = words(values);
    expect(theAddon().transform(engine, log, bytes)).toBe(0);
    expect(numbers(bytes)).toEqual(odd(values).map((value) => (value * BigInt(2 ** log)) % R));
  });
});
