import { formatKeys, makeKey } from "../../guardian/keyFile.ts";
import { TacitError } from "../../units/errors.ts";
import { writeWhole } from "../../units/whole.ts";
import type { Run } from "../command.ts";
import { checkOutput, explainSystem } from "../files.ts";
import { formatPoint, GUARDIAN_PASSWORD } from "../guardian.ts";
import { readPassword } from "../password.ts";

export const run: Run = async (args, io) => {
  const given = args.text("out");
  const out = await checkOutput(given, []);
  const password = await readPassword(io, GUARDIAN_PASSWORD, "the guardian's keys", true);
  if (password === "") throw new TacitError("BAD_PASSWORD", "the password is empty");
  io.stage("making the key");
  const key = await makeKey(password);
  io.settle();
  try {
    const bytes = new TextEncoder().encode(formatKeys([key]));
    await explainSystem(given, () => writeWhole(out, bytes, { mode: 0o600, overwrite: false }));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw new TacitError("FILE_EXISTS", `${given} exists, and keys that are lost read nothing any more`, {
      hint: "Give another --out; `tacit guardian rotate` adds a key to a file.",
    });
  }
  const point = formatPoint(key.point);
  return {
    code: 0,
    json: { out: given, point },
    text: `public key ${point}\n\nwritten: ${given}, under your password. Keep a copy of both: without them nobody reads what is encrypted to the key.\n`,
  };
};
