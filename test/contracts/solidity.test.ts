import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

/** Fuzz and invariants run in Hardhat's own Solidity runner; here they count among all other tests. */
it("passes every Solidity test", async () => {
  const cwd = fileURLToPath(new URL("../../", import.meta.url));
  const files = ["MarginGate", "MarginGateModel", "VaultedGate", "CoverageLender"].map(
    (name) => `test/contracts/${name}.t.sol`,
  );
  const args = ["node_modules/hardhat/dist/src/cli.js", "test", "solidity", ...files];
  const run = promisify(execFile)(process.execPath, args, { cwd, maxBuffer: 1 << 24 });
  const { stdout } = await run.catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${error.stdout}\n${error.stderr}`);
  });
  expect(Number(/(\d+) passing/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(87);
}, 300_000);
