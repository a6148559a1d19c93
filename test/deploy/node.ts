import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll } from "vitest";
import { ROOT } from "../cli/tacit.ts";

const HARDHAT = join(ROOT, "node_modules", "hardhat", "dist", "src", "cli.js");

/** A real `hardhat node` on a free port, gone after the test file. @param flags such as `--chain-id 10` */
export async function openNode(...flags: string[]): Promise<string> {
  const child = spawn(process.execPath, [HARDHAT, "node", "--hostname", "127.0.0.1", "--port", "0", ...flags], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  afterAll(async () => {
    child.kill();
    await ended;
  });
  let said = "";
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        const url = /server at (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
        if (url !== undefined) resolve(url);
      });
    }
    child.once("error", reject);
    void ended.then(() => reject(new Error(`the node ended: ${said}`)));
  });
}
