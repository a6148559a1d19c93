import type { z } from "zod";
import { AttestationFile, nonceSchema, readWords } from "../../attest/file.ts";
import { verifyAttestation } from "../../attest/verify.ts";
import { formatRoot } from "../../market/file.ts";
import { isoTime } from "../../market/time.ts";
import type { Market } from "../../market/types.ts";
import { TacitError } from "../../units/errors.ts";
import { parseJson, quote } from "../../units/json.ts";
import type { Args, Outcome } from "../command.ts";
import type { Io } from "../io.ts";
import { readMoment } from "../moment.ts";
import { about, attestationWarnings, comparedLines } from "../words.ts";

interface Given {
  /** What the text is as JSON. */
  readonly raw: unknown;
  readonly text: string;
  readonly path: string;
  readonly market: Market;
  readonly commitment: bigint | undefined;
}

/** `tacit verify` of an attestation. */
export async function verifyAttestationFile(
  { raw, text, path, market, commitment }: Given,
  args: Args,
  io: Io,
): Promise<Outcome> {
  const [audience, purpose] = (["audience", "purpose"] as const).map((name) => {
    const given = args.optional(name);
    return given === undefined ? undefined : readWords(given, `--${name}`);
  });
  const asked = args.optional("nonce");
  const nonce = asked === undefined ? undefined : readWords(asked, "--nonce", nonceSchema);
  const now = Math.floor(Date.now() / 1000);
  const moment = args.optional("at");
  const at = moment === undefined ? now : readMoment(moment, "--at", now);
  for (const name of ["set", "coverage"]) {
    if (args.optional(name) === undefined) continue;
    throw new TacitError("USAGE", `--${name} is for margin proofs, and ${path} is an attestation`, {
      hint: "Read what it claims in its own words.",
    });
  }
  const parsed = AttestationFile.safeParse(raw);
  if (!parsed.success) {
    // A number no proof can have makes an attestation that does not hold; anything else makes none at all.
    if (!parsed.error.issues.every(isWrongNumber)) parseJson(text, path, AttestationFile);
    const [issue] = parsed.error.issues;
    return invalid(`${issue?.path.join(".")} ${issue?.message ?? "is wrong"}`);
  }
  const file = parsed.data;
  io.stage("verifying");
  const verdict = await verifyAttestation(file, {
    market,
    at,
    ...(commitment === undefined ? {} : { commitment }),
    ...(audience === undefined ? {} : { audience }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(nonce === undefined ? {} : { nonce }),
  });
  io.settle();
  if (!verdict.valid) return invalid(verdict.reason);

  const compared = {
    market: true,
    commitment: commitment !== undefined,
    audience: audience !== undefined,
    purpose: purpose !== undefined,
    nonce: nonce !== undefined,
  };
  const warnings = attestationWarnings(verdict.circuits, verdict.claims);
  for (const warning of warnings) io.note(`warning: ${warning}`);
  const { venue, timestamp, profile, hash } = market;
  return {
    code: 0,
    json: {
      valid: true,
      commitment: file.commitment,
      statements: verdict.statements,
      claims: file.claims,
      market: { venue, time: isoTime(timestamp), profile, hash: formatRoot(hash) },
      ...{ audience: file.audience, purpose: file.purpose, expires: file.expires, nonce: file.nonce ?? null },
      at,
      circuits: verdict.circuits,
      // Roots follow from rows, which is checked; rows from inputs, which is `market verify`'s to check.
      compared: { ...compared, rows: false },
      warnings,
    },
    text: [
      `valid: it is proven of ${about(file.commitment, market)} that`,
      ...verdict.statements.map(({ words }) => `  ${words}`),
      `for ${quote(file.audience)}, purpose ${quote(file.purpose)}${file.nonce === undefined ? "" : `, nonce ${quote(file.nonce)}`}`,
      `until ${isoTime(file.expires)}; it is taken to be ${isoTime(at)}`,
      ...comparedLines(compared),
      "",
    ].join("\n"),
  };
}

const invalid = (reason: string): Outcome => ({
  code: 1,
  json: { valid: false, reason },
  text: `invalid: ${reason}\n`,
});

const isWrongNumber = ({ code, path }: z.core.$ZodIssue): boolean =>
  (path[0] === "proofs" || path[0] === "commitment") &&
  !["protocol", "curve", "setup"].includes(String(path.at(-1))) &&
  ["custom", "invalid_format", "invalid_value"].includes(code);
