import { buildBn128, type Curve } from "ffjavascript";
import type { Groth16Proof } from "snarkjs";
import { FIELD } from "../hash/poseidon.ts";
import type { VerificationKey } from "./material.ts";

/** Why a proof is none; null when it holds. */
export type Refusal = "its second point is not in the group" | "the pairing equation does not hold" | null;

/**
 * Groth16's equation, e(A, B) = e(alpha, beta) e(sum, gamma) e(C, delta), of points that are on their curves and, for
 * B, in its group: G1 has no other points, the twist has.
 * @param signals decimal strings of field elements, in the circuit's order
 */
export async function checkPairing(
  key: VerificationKey,
  signals: readonly string[],
  proof: Groth16Proof,
): Promise<Refusal> {
  const curve = await openCurve();
  const { G1, G2 } = curve;
  const [a, b, c] = [G1.fromObject(big(proof.pi_a)), G2.fromObject(big(proof.pi_b)), G1.fromObject(big(proof.pi_c))];
  const fails = "the pairing equation does not hold";
  if (!G1.isValid(a) || !G2.isValid(b) || !G1.isValid(c)) return fails;
  if (!G2.eq(G2.timesScalar(b, FIELD), G2.zero)) return "its second point is not in the group";
  const factors = [1n, ...signals.map(BigInt)];
  if (factors.length !== key.IC.length || factors.some((factor) => factor < 0n || factor >= FIELD)) return fails;
  const sum = key.IC.map((point, i) => G1.timesScalar(G1.fromObject(big(point)), factors[i] ?? 0n)).reduce(
    G1.add.bind(G1),
  );
  const holds = await curve.pairingEq(
    ...[G1.neg(a), b],
    ...[sum, G2.fromObject(big(key.vk_gamma_2))],
    ...[c, G2.fromObject(big(key.vk_delta_2))],
    ...[G1.fromObject(big(key.vk_alpha_1)), G2.fromObject(big(key.vk_beta_2))],
  );
  return holds ? null : fails;
}

let opened: Promise<Curve> | undefined;

/** One curve for the process, without threads, so that nothing has to be ended; it takes 0.2 s to make. */
function openCurve(): Promise<Curve> {
  opened ??= buildBn128(true);
  return opened;
}

type Decimals = string | readonly Decimals[];
const big = (value: Decimals): unknown => (typeof value === "string" ? BigInt(value) : value.map(big));
