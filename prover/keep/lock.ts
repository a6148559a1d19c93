import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { TacitError } from "../units/errors.ts";

/** A folder that belongs to this process until it lets go. */
export interface Lock extends AsyncDisposable {
  /** @throws TacitError `LOCKED` when the lock is no longer this process' */
  check(): Promise<void>;
}

/**
 * Takes a folder for this process alone. What a process that was killed left behind is taken over.
 * @param what how the error names the folder, such as "the store"
 * @throws TacitError `LOCKED` when another process has it
 */
export async function lockFolder(folder: string, what: string): Promise<Lock> {
  const path = join(folder, "lock");
  const mine = JSON.stringify({ host: hostname(), pid: process.pid, token: crypto.randomUUID() });
  if (!(await claim(path, mine))) {
    // Who breaks a lock holds another one meanwhile, so that of two only one does, and the second sees the first's.
    const breaking = `${path}.breaking`;
    if (!(await claim(breaking, mine))) throw locked(what, breaking);
    try {
      if (await isHeld(path)) throw locked(what, path);
      await rm(path, { force: true });
      if (!(await claim(path, mine))) throw locked(what, path);
    } finally {
      await rm(breaking, { force: true });
    }
  }
  const check = async () => {
    if ((await readFile(path, "utf8").catch(() => "")) !== mine) throw locked(what, path);
  };
  return {
    check,
    async [Symbol.asyncDispose]() {
      if ((await readFile(path, "utf8").catch(() => "")) === mine) await rm(path, { force: true });
    },
  };
}

async function claim(path: string, mine: string): Promise<boolean> {
  try {
    await writeFile(path, mine, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Whether a process lives that wrote the lock; one on another machine is taken to live. */
async function isHeld(path: string): Promise<boolean> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return false;
  let written: { host?: unknown; pid?: unknown };
  try {
    written = JSON.parse(text);
  } catch {
    // Killed between making the file and writing to it, or about to write: nothing tells which.
    return true;
  }
  if (written.host !== hostname() || typeof written.pid !== "number") return true;
  try {
    process.kill(written.pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

const locked = (what: string, path: string): TacitError =>
  new TacitError("LOCKED", `${what} is in use by another process`, {
    hint: `Wait for it to end; if none runs, on this machine or another, delete ${path}.`,
  });
