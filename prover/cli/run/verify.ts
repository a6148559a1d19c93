import { z } from "zod";
import { FIELD } from "../../hash/poseidon.ts";
import { ProofFile } from "../../prove/proofFile.ts";
import { verifyProof } from "../../prove/verify.ts";
import { TacitError } from "../../units/errors.ts";
import { parseJson } from "../../units/json.ts";
import { Coverage } from "../../units/units.ts";
import type { Outcome, Run } from "../command.ts";
import { readText } from "../files.ts";
import { readCircuit } from "../keys.ts";
import { loadMarket, readCoverage, readSet } from "../load.ts";
import { comparedLines, statement, warningsOf } from "../words.ts";

export const run: Run = async (args, io) => {
  const path = args.text("proof");
  const set = optional(args.optional("set"), readSet);
  const coverage = optional(args.optional("coverage"), readCoverage);
  const commitment = optional(args.optional("commitment"), readCommitment);
  const text = await readText(path, "proof");
  const raw = parseJson(text, path, z.unknown());
  const { market } = await loadMarket(args.text("market"), io);

  if (isAttestation(raw)) {
    const { verifyAttestationFile } = await import("./verifyAttestation.ts");
    return verifyAttestationFile({ raw, text, path, market, commitment }, args, io);
  }
  if (ATTESTATION_FLAGS.some((name) => args.optional(name) !== undefined)) {
    return invalid("it is no attestation: it is for nobody in particular, and names no purpose, nonce or expiry");
  }
  const parsed = ProofFile.safeParse(raw);
  if (!parsed.success) {
    // A number no proof can have makes a proof that does not hold; anything else makes no proof at all.
    if (!parsed.error.issues.every(isWrongNumber)) parseJson(text, path, ProofFile);
    const where = parsed.error.issues[0]?.path.join(".") ?? "";
    return invalid(`${where} ${parsed.error.issues[0]?.message ?? "is wrong"}`);
  }
  const proof = parsed.data;
  if (set !== undefined && set !== proof.set) return invalid(`it is about the ${proof.set} set, not ${set}`);

  io.stage("verifying");
  const verdict = await verifyProof(proof, {
    market,
    ...(coverage === undefined ? {} : { coverage }),
    ...(commitment === undefined ? {} : { commitment }),
  });
  io.settle();
  if (!verdict.valid) return invalid(verdict.reason);

  const circuit = readCircuit(proof.circuit);
  const { publicSignals: signals } = proof;
  const proven = {
    healthy: verdict.healthy,
    set: proof.set,
    coverage: Coverage.of(BigInt(signals.coverage), `${path}: publicSignals.coverage`),
    commitment: signals.commitment,
  };
  const compared = {
    market: true,
    set: set !== undefined,
    coverage: coverage !== undefined,
    commitment: commitment !== undefined,
  };
  const warnings = warningsOf(circuit, proven.coverage);
  for (const warning of warnings) io.note(`warning: ${warning}`);
  return {
    code: verdict.healthy ? 0 : 3,
    json: {
      valid: true,
      ...proven,
      coverage: Coverage.format(proven.coverage),
      circuit,
      // Roots follow from rows, which is checked; rows from inputs, which is `market verify`'s to check.
      compared: { ...compared, rows: false },
      warnings,
    },
    text: [`valid: ${statement({ ...proven, market })}`, ...comparedLines(compared), ""].join("\n"),
  };
};

const ATTESTATION_FLAGS = ["audience", "purpose", "nonce", "at"];

const isAttestation = (raw: unknown): boolean =>
  typeof raw === "object" && raw !== null && "$schema" in raw && raw.$schema === "urn:tacit:attestation";

const invalid = (reason: string): Outcome => ({
  code: 1,
  json: { valid: false, reason },
  text: `invalid: ${reason}\n`,
});

const isWrongNumber = ({ code, path }: z.core.$ZodIssue): boolean =>
  (path[0] === "publicSignals" || path[0] === "proof") &&
  path[1] !== "protocol" &&
  path[1] !== "curve" &&
  ["custom", "invalid_format", "invalid_value"].includes(code);

const optional = <T>(text: string | undefined, read: (text: string) => T): T | undefined =>
  text === undefined ? undefined : read(text);

function readCommitment(text: string): bigint {
  const value = /^(0x[0-9a-fA-F]{1,64}|\d{1,77})$/.test(text) ? BigInt(text) : FIELD;
  if (value < FIELD) return value;
  throw new TacitError("USAGE", "--commitment is not a field element", {
    hint: "Give it as `tacit account show` prints it, decimal or 0x hexadecimal.",
  });
}
