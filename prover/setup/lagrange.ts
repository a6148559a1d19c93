import type { Curve } from "./curve.ts";

/** Inversions share one batch of this size: the module's scratch memory is small. */
const BATCH = 4_096;

/** Writes an integer of the scalar field in Montgomery form. */
export function store(wasm: Curve, value: bigint, pointer: number): void {
  const view = new DataView(wasm.bytes().buffer);
  for (let i = 0; i < 4; i++)
    view.setBigUint64(pointer + 8 * i, (value >> BigInt(64 * i)) & 0xffff_ffff_ffff_ffffn, true);
  wasm.call("frm_toMontgomery")(pointer, pointer);
}

/**
 * Values at `tau` of Lagrange polynomials of the domain of the `2^power`-th roots of unity w^j:
 *
 *     L_j(tau) = w^j * (tau^(2^power) - 1) / (2^power * (tau - w^j))
 *
 * for every j (`odd` false) or for odd j only.
 * @returns a pointer to 2^power or 2^(power - 1) elements, Montgomery form.
 */
export function lagrangeAt(wasm: Curve, tau: bigint, power: number, odd = false): number {
  const count = 2 ** (odd ? power - 1 : power);
  const [mul, sub, square, copy] = ["mul", "sub", "square", "copy"].map((op) => wasm.call(`frm_${op}`));
  const invert = wasm.call("frm_batchInverse");
  if (!mul || !sub || !square || !copy) throw new Error("unreachable");
  const values = wasm.alloc(count * 32);
  const differences = wasm.alloc(BATCH * 32);
  const [point, scaled, root, step] = [0, 1, 2, 3].map(() => wasm.alloc(32)) as [number, number, number, number];

  store(wasm, tau, point);
  copy(point, scaled);
  for (let i = 0; i < power; i++) square(scaled, scaled);
  store(wasm, 1n, root);
  sub(scaled, root, scaled);
  store(wasm, 2n ** BigInt(power), root);
  invert(root, 32, 1, root, 32);
  mul(scaled, root, scaled);

  wasm.bytes().set(rootOfUnity(wasm, odd ? power - 1 : power), step);
  if (odd) wasm.bytes().set(rootOfUnity(wasm, power), root);
  else store(wasm, 1n, root);
  for (let first = 0; first < count; first += BATCH) {
    const part = Math.min(BATCH, count - first);
    for (let i = 0; i < part; i++) {
      sub(point, root, differences + 32 * i);
      mul(root, scaled, values + 32 * (first + i));
      mul(root, step, root);
    }
    invert(differences, 32, part, differences, 32);
    for (let i = 0; i < part; i++) mul(values + 32 * (first + i), differences + 32 * i, values + 32 * (first + i));
  }
  return values;
}

function rootOfUnity(wasm: Curve, power: number): Uint8Array {
  const root = wasm.rootsOfUnity[power];
  if (root === undefined) throw new Error(`no domain of 2^${power}`);
  return root;
}
