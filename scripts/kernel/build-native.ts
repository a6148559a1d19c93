import { loadAddon } from "../../prover/kernel/native/addon.ts";
import { TacitError } from "../../prover/units/errors.ts";
import { buildNative } from "./native.ts";

/**
 * `npm run build:native`: compiles the native kernel for this machine.
 *   --json   one JSON document
 */
const json = process.argv.includes("--json");
try {
  const file = await buildNative((compiler) => console.error(`Compiling the native kernel with ${compiler} ...`));
  const { paths } = loadAddon(file);
  if (json) console.log(JSON.stringify({ file, paths }));
  else console.log(`${file}\nCode paths on this processor, fastest first: ${paths.join(", ")}.`);
} catch (error) {
  if (!(error instanceof TacitError)) throw error;
  const { code, message, hint } = error;
  if (json) console.log(JSON.stringify({ error: { code, message, hint } }));
  else console.error(`${message}\n${hint ?? ""}`);
  process.exitCode = 2;
}
