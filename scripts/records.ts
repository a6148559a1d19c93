import { mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder, sha256, writeAtomically } from "../prover/prove/store.ts";

/** A lock older than this was left behind, whoever holds it. */
const STALE_MS = 15 * 60_000;

/**
 * A result kept in the cache under the hash of everything it depends on. When two builds want the same one, the second
 * waits for the first. A record that is not what was written counts as none.
 * @param isWhole whether the files the record names are still whole
 */
export async function cached<T>(
  kind: string,
  inputs: unknown,
  isWhole: (value: T) => Promise<boolean>,
  make: () => Promise<T>,
): Promise<T> {
  const path = join(cacheFolder(), kind, `${sha256(JSON.stringify(inputs))}.json`);
  const read = async (): Promise<T | null> => {
    const [hash = "", body = ""] = (await readFile(path, "utf8").catch(() => "")).split("\n");
    if (sha256(body) !== hash) return null;
    const value = JSON.parse(body) as T;
    return (await isWhole(value)) ? value : null;
  };
  const known = await read();
  if (known !== null) return known;
  return withLock(`${path}.lock`, async () => {
    const since = await read();
    if (since !== null) return since;
    const value = await make();
    const body = JSON.stringify(value);
    await writeAtomically(path, `${sha256(body)}\n${body}\n`);
    return value;
  });
}

async function withLock<T>(path: string, run: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  while (!(await take(path))) await sleep(200);
  try {
    return await run();
  } finally {
    await rm(path, { force: true });
  }
}

/** Creates the lock file with our process id, after removing one whose process is gone. */
async function take(path: string): Promise<boolean> {
  try {
    await using file = await open(path, "wx");
    await file.write(String(process.pid));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  const holder = Number(await readFile(path, "utf8").catch(() => ""));
  if (age > STALE_MS || (age > 2_000 && !isRunning(holder))) await rm(path, { force: true });
  return false;
}

function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
