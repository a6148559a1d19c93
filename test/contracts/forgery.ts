import type { JsonRpcProvider } from "ethers";
import type { GateProof } from "../../prover/chain/calldata.ts";
import { ProofFile } from "../../prover/prove/proofFile.ts";
import type { VerificationKey } from "../../scripts/generate.ts";

type Proof = ProofFile["proof"];
export type Point = readonly [bigint, bigint];

const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
const negate = (coordinate: string): string => String((BASE_FIELD - BigInt(coordinate)) % BASE_FIELD);
const address = (precompile: number): string => `0x${precompile.toString(16).padStart(40, "0")}`;
const word = (value: bigint): string => value.toString(16).padStart(64, "0");

/** Another proof of the same statement, made without knowing anything: (-A, -B, C), which is (rA, B/r, C) for r = -1. */
export function malleate({ pi_a, pi_b, ...rest }: Proof): Proof {
  const [x, y, z] = pi_b;
  return { pi_a: [pi_a[0], negate(pi_a[1]), "1"], pi_b: [x, [negate(y[0]), negate(y[1])], z], ...rest };
}

/** `malleate` for a proof as a verifier takes it. */
export function malleatePoints({ a, b, c }: GateProof): GateProof {
  return { a: [a[0], negate(a[1])], b: [b[0], [negate(b[1][0]), negate(b[1][1])]], c };
}

export type Curve = ReturnType<typeof curveOf>;

/** G1 as the chain computes it, through its precompiles. */
export function curveOf(provider: Pick<JsonRpcProvider, "call">) {
  const call = async (precompile: number, words: readonly bigint[]): Promise<Point> => {
    const result = await provider.call({ to: address(precompile), data: `0x${words.map(word).join("")}` });
    return [BigInt(result.slice(0, 66)), BigInt(`0x${result.slice(66)}`)];
  };
  return {
    add: (p: Point, q: Point): Promise<Point> => call(6, [...p, ...q]),
    times: (k: bigint, p: Point): Promise<Point> => call(7, [...p, k]),
  };
}

/**
 * A proof of any statement at all under a key with gamma = delta: (alpha, beta, -vk_x), from the public key alone.
 * The curve arithmetic is the chain's own, through its precompiles.
 */
export async function forge(
  provider: Pick<JsonRpcProvider, "call">,
  key: VerificationKey,
  signals: readonly bigint[],
): Promise<Proof> {
  const { add, times } = curveOf(provider);
  const [first, ...others] = key.IC.map(([x = "", y = ""]): Point => [BigInt(x), BigInt(y)]);
  if (first === undefined || others.length !== signals.length) throw new Error("the key is for other signals");
  let sum = first;
  for (const [i, point] of others.entries()) {
    sum = await add(sum, await times(signals[i] ?? 0n, point));
  }
  return ProofFile.shape.proof.parse({
    pi_a: key.vk_alpha_1,
    pi_b: key.vk_beta_2,
    pi_c: [String(sum[0]), negate(String(sum[1])), "1"],
    protocol: "groth16",
    curve: "bn128",
  });
}
