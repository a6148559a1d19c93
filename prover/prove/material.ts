import { TacitError } from "../units/errors.ts";

/** snarkjs' verification key; points are decimal coordinates. */
export interface VerificationKey {
  readonly IC: readonly (readonly string[])[];
  readonly vk_alpha_1: readonly string[];
  readonly vk_beta_2: readonly (readonly string[])[];
  readonly vk_gamma_2: readonly (readonly string[])[];
  readonly vk_delta_2: readonly (readonly string[])[];
  readonly nPublic: number;
  readonly [field: string]: unknown;
}

/** What proving with a circuit takes; every byte of it is what the manifest says. */
export interface Artifacts {
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly zkey: Uint8Array<ArrayBuffer>;
  readonly verificationKey: VerificationKey;
  /** Anybody can forge proofs for a `development` key: whoever shows a proof says so. */
  readonly setup: "development" | "ceremony";
}

/**
 * While gamma equals delta, no phase-2 contribution was made, and anybody forges a proof of any statement from the
 * verification key alone; snarkjs accepts such keys.
 * @throws TacitError `UNCONTRIBUTED_KEY`
 */
export function requireContribution(key: Pick<VerificationKey, "vk_gamma_2" | "vk_delta_2">, name: string): void {
  if (JSON.stringify(key.vk_gamma_2) === JSON.stringify(key.vk_delta_2)) {
    throw new TacitError("UNCONTRIBUTED_KEY", `the key of ${name} has gamma = delta: anybody can forge its proofs`, {
      hint: "Use a key that somebody contributed to; `npm run build` makes development keys.",
    });
  }
}
