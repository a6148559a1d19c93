import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { TacitError } from "../units/errors.ts";
import type { Io } from "./io.ts";

/**
 * A password, from the environment or asked on the terminal without showing it. Never a flag: those are seen by every process.
 * @param variable such as `TACIT_STORE_PASSWORD`
 * @param what for, such as "the store"
 * @param again asks twice, for one that is new
 * @throws TacitError `USAGE` where neither is, `BAD_PASSWORD` when two differ
 */
export async function readPassword(io: Io, variable: string, what: string, again = false): Promise<string> {
  const given = process.env[variable];
  if (given !== undefined) return given;
  if (process.stdin.isTTY !== true) {
    throw new TacitError("USAGE", `${variable} is not set, and there is no terminal to ask on`, {
      hint: `It is the password of ${what}.`,
    });
  }
  const first = await ask(io, `password of ${what}: `);
  if (again && (await ask(io, "once more: ")) !== first) {
    throw new TacitError("BAD_PASSWORD", "the two passwords differ");
  }
  return first;
}

async function ask(io: Io, question: string): Promise<string> {
  io.settle();
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question("");
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}
