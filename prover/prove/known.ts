import { z } from "zod";
import { TacitError } from "../units/errors.ts";
import type { KnownMarket } from "./verify.ts";

const hex = z.string().regex(/^0x[0-9a-f]{1,64}$/);

/** A market as a list of known ones names it: who published it, and what its proofs are compared with. */
export const knownRootsSchema = z.strictObject({
  venue: z.string(),
  /** Unix seconds. */
  timestamp: z.int().positive(),
  profile: z.string(),
  /** The market file, from the list's own place. */
  file: z.string(),
  /** SHA-256 of the market file, shifted right by 8 bits. */
  hash: hex,
  roots: z.strictObject({ maintenance: hex, initial: hex }),
});
export type KnownRoots = z.infer<typeof knownRootsSchema>;

/** What `verifyProof` compares with. */
export const checkKnown = ({ hash, roots }: KnownRoots): KnownMarket => ({
  hash: BigInt(hash),
  sets: {
    maintenance: { requirementRoot: BigInt(roots.maintenance) },
    initial: { requirementRoot: BigInt(roots.initial) },
  },
});

/** Reads a list of known markets. @throws TacitError `BAD_FIELD` */
export function readKnown(value: unknown): readonly KnownRoots[] {
  const read = z.array(knownRootsSchema).safeParse(value);
  if (read.success) return read.data;
  throw new TacitError("BAD_FIELD", `the list of markets: ${read.error.issues[0]?.path.join(".")} is wrong`);
}
