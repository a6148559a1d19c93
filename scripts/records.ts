import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, sha256, writeAtomically } from "../prover/prove/store.ts";

/** A cached result under the hash of everything it depends on; a record that is not what was written counts as none. */
export interface RecordPath {
  readonly path: string;
}

export function recordPath(kind: string, inputs: unknown): RecordPath {
  return { path: join(cacheFolder(), kind, `${sha256(JSON.stringify(inputs))}.json`) };
}

export async function readRecord<T>({ path }: RecordPath): Promise<T | null> {
  const text = await readFile(path, "utf8").catch(() => "");
  const [hash = "", body = ""] = text.split("\n");
  return sha256(body) === hash ? (JSON.parse(body) as T) : null;
}

export async function writeRecord<T>({ path }: RecordPath, value: T): Promise<void> {
  const body = JSON.stringify(value);
  await writeAtomically(path, `${sha256(body)}\n${body}\n`);
}
