import { compileKernel } from "../../kernel/instance.ts";
import { readBuild } from "../../kernel/threads-node.ts";
import { sha256 } from "../../prove/store.ts";
import { expandKey } from "../../setup/expand.ts";
import type { Run } from "../command.ts";
import { checkOutput, readBytes, writeOutput } from "../files.ts";

export const run: Run = async (args, io) => {
  const [path, given] = [args.text("key"), args.text("out")];
  const out = await checkOutput(given, [path]);
  const compact = await readBytes(path, "key");
  io.stage("expanding");
  const zkey = expandKey(await compileKernel(readBuild), compact);
  await writeOutput(out, zkey);
  const hash = sha256(zkey);
  return {
    code: 0,
    json: { out: given, bytes: zkey.length, sha256: hash, compact: { bytes: compact.length, sha256: sha256(compact) } },
    text: `written: ${given}, ${zkey.length} bytes\nsha256: ${hash}\n`,
  };
};
