import { createHash, hkdfSync } from "node:crypto";

/**
 * The seed of every development key. It is published, so ANYONE CAN FORGE PROOFS that a development key accepts:
 * such keys serve tests and demonstrations, and no money may depend on them.
 */
export const DEVELOPMENT_SEED = "tacit development keys, version 1: anyone can forge proofs with these";

const FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** The secrets of a Groth16 setup; gamma is 1, as in every snarkjs key. */
export interface SetupSecrets {
  tau: bigint;
  alpha: bigint;
  beta: bigint;
  delta: bigint;
}

/** Every clone derives the same secrets for the same circuit: HKDF-SHA-256 of the seed, salted with the r1cs hash. */
export function developmentSecrets(r1csFile: Uint8Array, seed: string = DEVELOPMENT_SEED): SetupSecrets {
  const salt = createHash("sha256").update(r1csFile).digest();
  const secret = (name: string): bigint => {
    const bytes = Buffer.from(hkdfSync("sha256", seed, salt, `tacit/${name}`, 48));
    // 2 .. p - 1: neither 0 nor 1, so delta never equals gamma.
    return 2n + (BigInt(`0x${bytes.toString("hex")}`) % (FIELD - 2n));
  };
  return { tau: secret("tau"), alpha: secret("alpha"), beta: secret("beta"), delta: secret("delta") };
}
