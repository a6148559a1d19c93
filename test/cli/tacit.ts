import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { buildMarket } from "../../prover/market/build.ts";
import { writeListings } from "../../prover/market/listings.ts";
import { loadProfile } from "../../prover/market/profile/load.ts";
import { HISTORIES, SMALL_CHAIN } from "../market/samples.ts";

export const ROOT = join(import.meta.dirname, "..", "..");
const MAIN = join(ROOT, "prover", "cli", "main.ts");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command line in a process of its own. */
export function tacit(args: readonly string[], env: Record<string, string> = {}, cwd = ROOT): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => (said[name] += text));
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...said }));
  });
}

/** What `--json` printed: exactly one document. */
export const json = ({ stdout }: Ended) => JSON.parse(stdout) as Record<string, unknown>;

/** A folder that is gone after the test file. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "tacit-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file and gives its path. */
export function put(folder: string, name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content));
  return path;
}

/** A market of two expiries of BTC, with its listings beside it. */
export async function putMarket(folder: string): Promise<string> {
  const { fileBytes, listings } = await buildMarket({
    chain: SMALL_CHAIN,
    histories: { BTC: HISTORIES.BTC },
    profile: loadProfile("portfolio"),
    listings: [],
  });
  put(folder, "listings.json", writeListings(listings));
  return put(folder, "market.json", fileBytes);
}

/** A covered book, and one that is not: the same short puts with less cash. */
export const book = (cash: string) => ({
  cash,
  positions: [
    { instrument: "BTC-27MAR26-60000-P", quantity: "-2.5" },
    { instrument: "BTC", quantity: "0.75" },
    { instrument: "BTC-PERPETUAL", quantity: "-0.5", entryPrice: "73000" },
  ],
});
