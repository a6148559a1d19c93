import type { ProofFile } from "../prove/proofFile.ts";

type Pair = readonly [string, string];

/** A proof as the gate takes it. */
export interface GateProof {
  readonly a: Pair;
  readonly b: readonly [Pair, Pair];
  readonly c: Pair;
}

/** The EVM's pairing takes an element c0 + c1*u of G2's field as (c1, c0); snarkjs writes (c0, c1). */
export function toGateProof({ pi_a, pi_b, pi_c }: ProofFile["proof"]): GateProof {
  const [x, y] = pi_b;
  return { a: [pi_a[0], pi_a[1]], b: [swap(x), swap(y)], c: [pi_c[0], pi_c[1]] };
}

/** A proof as snarkjs writes it. */
export function fromGateProof({ a, b, c }: GateProof): ProofFile["proof"] {
  const [x, y] = b;
  return {
    pi_a: [a[0], a[1], "1"],
    pi_b: [
      [x[1], x[0]],
      [y[1], y[0]],
      ["1", "0"],
    ],
    pi_c: [c[0], c[1], "1"],
    protocol: "groth16",
    curve: "bn128",
  };
}

const swap = ([c0, c1]: Pair): Pair => [c1, c0];
