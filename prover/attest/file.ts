import { z } from "zod";
import { SET_NAMES, type SetName } from "../market/types.ts";
import { ProofFile } from "../prove/proofFile.ts";
import { TacitError } from "../units/errors.ts";
import { Cash, Coverage } from "../units/units.ts";
import { type Claims, checkClaims } from "./claims.ts";

/** A decimal as its unit writes it, so that one amount has one text. */
const exact = (unit: { parse(text: string, where: string): bigint; format(value: never): string }) =>
  z.string().refine((text) => {
    try {
      return unit.format(unit.parse(text, "") as never) === text;
    } catch {
      return false;
    }
  }, "must be a decimal in range, without needless digits");

/** A text that people read: printable, and the same for everybody who types it. */
const words = (most: number) =>
  z
    .string()
    .regex(new RegExp(`^\\P{C}{1,${most}}$`, "u"), `must be 1 to ${most} printable characters`)
    .refine((text) => text === text.normalize("NFC").trim(), "must be in Unicode's form NFC, without blanks around it");
/** Who an attestation is for, and for what. */
export const audienceSchema = words(200);
export const nonceSchema = words(100);

const bucket = z.string().regex(/^[!-~]( ?[!-~]){0,63}$/, "this is not a name of a bucket");
const usd = exact(Cash);
const { setup, proof } = ProofFile.shape;

/** What is claimed, as the file writes it; USD. */
export const claimsSchema = z.strictObject({
  equityAtLeast: usd.optional(),
  coverageAtLeast: z
    .strictObject({ set: z.enum(SET_NAMES as [SetName, ...SetName[]]), coverage: exact(Coverage) })
    .optional(),
  netDelta: z.array(z.strictObject({ bucket, low: usd, high: usd })).max(256),
  nothingIn: z.array(bucket).max(256),
});

/**
 * An attestation, version 1: what the holder of an account proves to one auditor. Everything in it is public. It holds no
 * public signals: whoever verifies it computes them from the words here and from the market.
 */
export const AttestationFile = z.strictObject({
  $schema: z.literal("urn:tacit:attestation"),
  version: z.literal(1),
  /** The account: decimal, as in a proof's public signals. */
  commitment: ProofFile.shape.publicSignals.shape.commitment,
  /** SHA-256 of the market file, shifted right by 8 bits. */
  market: z.string().regex(/^0x00[0-9a-f]{62}$/, "must be 0x and 64 hexadecimal digits"),
  claims: claimsSchema,
  /** To whom. */
  audience: audienceSchema,
  purpose: audienceSchema,
  /** Unix seconds: from then on it is worth nothing. */
  expires: z
    .int()
    .min(1)
    .max(2 ** 40),
  /** What the auditor gave, so that nothing made before can answer. */
  nonce: nonceSchema.optional(),
  proofs: z.strictObject({
    /** Of everything but coverage. */
    attest: z.strictObject({ setup, proof }).optional(),
    coverage: z.strictObject({ circuit: ProofFile.shape.circuit, setup, proof }).optional(),
  }),
});
export type AttestationFile = z.infer<typeof AttestationFile>;

/** The claims of a file. @throws TacitError of `checkClaims` */
export function readClaims({ equityAtLeast, coverageAtLeast, netDelta, nothingIn }: AttestationFile["claims"]): Claims {
  const claims: Claims = {
    ...(equityAtLeast === undefined ? {} : { equityAtLeast: Cash.parse(equityAtLeast, "claims.equityAtLeast") }),
    ...(coverageAtLeast === undefined
      ? {}
      : {
          coverageAtLeast: {
            set: coverageAtLeast.set,
            coverage: Coverage.parse(coverageAtLeast.coverage, "claims.coverageAtLeast"),
          },
        }),
    netDelta: netDelta.map(({ bucket, low, high }, i) => ({
      bucket,
      low: Cash.parse(low, `claims.netDelta[${i}].low`),
      high: Cash.parse(high, `claims.netDelta[${i}].high`),
    })),
    nothingIn,
  };
  checkClaims(claims);
  return claims;
}

/** Claims as a file writes them. */
export const writeClaims = ({
  equityAtLeast,
  coverageAtLeast,
  netDelta,
  nothingIn,
}: Claims): AttestationFile["claims"] => ({
  ...(equityAtLeast === undefined ? {} : { equityAtLeast: Cash.format(equityAtLeast) }),
  ...(coverageAtLeast === undefined
    ? {}
    : { coverageAtLeast: { set: coverageAtLeast.set, coverage: Coverage.format(coverageAtLeast.coverage) } }),
  netDelta: netDelta.map(({ bucket, low, high }) => ({ bucket, low: Cash.format(low), high: Cash.format(high) })),
  nothingIn: [...nothingIn],
});

/** A text as `AttestationFile` takes it. @throws TacitError `BAD_TEXT` */
export function readWords(text: string, where: string, schema: z.ZodType<string> = audienceSchema): string {
  const read = schema.safeParse(text.normalize("NFC").trim());
  if (read.success) return read.data;
  throw new TacitError("BAD_TEXT", `${where}: it ${read.error.issues[0]?.message}`);
}
