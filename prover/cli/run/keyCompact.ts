import { compileKernel } from "../../kernel/instance.ts";
import { readBuild } from "../../kernel/threads-node.ts";
import { sha256 } from "../../prove/store.ts";
import { compactKey } from "../../setup/compact.ts";
import { expandKey } from "../../setup/expand.ts";
import { TacitError } from "../../units/errors.ts";
import type { Run } from "../command.ts";
import { checkOutput, readBytes, writeOutput } from "../files.ts";

export const run: Run = async (args, io) => {
  const [path, given] = [args.text("zkey"), args.text("out")];
  const out = await checkOutput(given, [path]);
  const zkey = await readBytes(path, "key");
  io.stage("compacting");
  const compact = compactKey(zkey);
  io.stage("comparing");
  const expanded = expandKey(await compileKernel(readBuild), compact);
  if (sha256(expanded) !== sha256(zkey)) {
    throw new TacitError("BAD_KEY", `${path} does not come back from its compact form as it was`, {
      hint: "snarkjs would not have written it so: write it again with `snarkjs zkey contribute` or `zkey beacon`.",
    });
  }
  await writeOutput(out, compact);
  const hash = sha256(compact);
  const share = ((100 * compact.length) / zkey.length).toFixed(1);
  return {
    code: 0,
    json: { out: given, bytes: compact.length, sha256: hash, zkey: { bytes: zkey.length, sha256: sha256(zkey) } },
    text: `written: ${given}, ${compact.length} bytes, ${share}% of the .zkey, which comes back from it as it was\nsha256: ${hash}\n`,
  };
};
