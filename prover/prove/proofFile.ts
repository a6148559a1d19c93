import { z } from "zod";
import { FIELD, loadPoseidon, textTag } from "../hash/poseidon.ts";
import { SET_NAMES, type SetName } from "../market/types.ts";

/** The order of BN254's base field, in which proof coordinates live. */
const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

const below = (bound: bigint, what: string) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,77})$/, `must be ${what} in decimal, without leading zeros`)
    .refine((text) => BigInt(text) < bound, `must be ${what}; a larger number would be reduced silently`);
const signal = below(FIELD, "a field element");
const coordinate = below(BASE_FIELD, "a coordinate of the curve");
/** A point of G1, or a coordinate of one of G2. */
export const pair = z.tuple([coordinate, coordinate]);

/** The public signals of a margin proof, by name. Decimal strings of field elements. */
export const PublicSignals = z.strictObject({
  healthy: z.enum(["0", "1"]),
  commitment: signal,
  requirementRoot: signal,
  coverage: signal,
  context: signal,
});
export type PublicSignals = z.infer<typeof PublicSignals>;

/**
 * A proof file. Everything in it is public. What is stated is in `publicSignals`; `set` and `circuit` say against
 * which root and key to check it, and a wrong word there only makes the proof invalid.
 */
export const ProofFile = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  circuit: z.string().regex(/^margin_\d+$/, "must name a margin circuit, such as margin_16"),
  /** `development`: made with a key whose secrets are public, so that anybody can forge it. */
  setup: z.enum(["development", "ceremony"]),
  set: z.enum(SET_NAMES as [SetName, ...SetName[]]),
  publicSignals: PublicSignals,
  proof: z.strictObject({
    pi_a: z.tuple([coordinate, coordinate, z.literal("1")]),
    pi_b: z.tuple([pair, pair, z.tuple([z.literal("1"), z.literal("0")])]),
    pi_c: z.tuple([coordinate, coordinate, z.literal("1")]),
    protocol: z.literal("groth16"),
    curve: z.literal("bn128"),
  }),
});
export type ProofFile = z.infer<typeof ProofFile>;

const OFFCHAIN_TAG = textTag("tacit/offchain");

/**
 * The context of a proof that is for no contract: bound to one market file.
 * A gate's context is a keccak hash; to meet this one it would have to hit a given Poseidon output.
 */
export async function offchainContext(marketHash: bigint): Promise<bigint> {
  return (await loadPoseidon())([OFFCHAIN_TAG, marketHash]);
}
