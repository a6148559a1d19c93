import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/**
 * Runs `.t.sol` files in Hardhat's own Solidity runner, fuzz and invariants included.
 * @returns how many of their tests passed; throws with what the runner printed when one did not
 */
export async function runSolidity(folder: string, names: readonly string[]): Promise<number> {
  const cwd = fileURLToPath(new URL("../", import.meta.url));
  const files = names.map((name) => `${folder}/${name}.t.sol`);
  const args = ["node_modules/hardhat/dist/src/cli.js", "test", "solidity", ...files];
  const run = promisify(execFile)(process.execPath, args, { cwd, maxBuffer: 1 << 24 });
  const { stdout } = await run.catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${error.stdout}\n${error.stderr}`);
  });
  return Number(/(\d+) passing/.exec(stdout)?.[1]);
}
