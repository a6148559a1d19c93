import { readWord, SCALAR_FIELD, word } from "./binary.ts";

/** Coordinates as numbers: (x, y), and for b (x, y) of Fq2 elements (c0, c1). */
export interface ProofPoints {
  readonly a: readonly [bigint, bigint];
  readonly b: readonly [readonly [bigint, bigint], readonly [bigint, bigint]];
  readonly c: readonly [bigint, bigint];
}

/** @param words the coordinates of a (2), b (4) and c (2), 32 bytes each, as the kernel gives them */
export function proofPoints(words: Uint8Array): ProofPoints {
  const at = (i: number): bigint => readWord(words, 32 * i);
  return {
    a: [at(0), at(1)],
    b: [
      [at(2), at(3)],
      [at(4), at(5)],
    ],
    c: [at(6), at(7)],
  };
}

/** A witness begins with one, then its public signals. */
export function publicSignalsOf(witness: Uint8Array, count: number): bigint[] {
  return Array.from({ length: count }, (_, i) => readWord(witness, 32 * (i + 1)));
}

/** From the system's generator, uniform but for 2^-130: 384 random bits reduced. */
export function randomScalar(): Uint8Array<ArrayBuffer> {
  const bytes = crypto.getRandomValues(new Uint8Array(48));
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return word(value % SCALAR_FIELD);
}

/** A proof as snarkjs writes it: points in projective coordinates, decimal. */
export function snarkjsProof({ a, b, c }: ProofPoints) {
  return {
    pi_a: [...a.map(String), "1"],
    pi_b: [...b.map((element) => element.map(String)), ["1", "0"]],
    pi_c: [...c.map(String), "1"],
    protocol: "groth16",
    curve: "bn128",
  };
}
