import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** What identifies a stored file: the store keeps every file under its own hash. */
export interface Stored {
  sha256: string;
  bytes: number;
}

/** The user's cache folder, shared by all clones; `XDG_CACHE_HOME` moves it. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, "tacit");
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "tacit", "cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "tacit");
  return join(homedir(), ".cache", "tacit");
}

/** Where the file of this hash is, or would be. */
export function storedPath(sha256: string, extension: string): string {
  return join(cacheFolder(), "objects", `${sha256}.${extension}`);
}

/** The file of this hash, or null when it is absent or no longer what its name says. */
export async function readStored(stored: Stored, extension: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = await readFile(storedPath(stored.sha256, extension)).catch(() => null);
  return bytes !== null && sha256(bytes) === stored.sha256 ? (bytes as Uint8Array<ArrayBuffer>) : null;
}

/** Puts a file into the store: written aside, then renamed, so nobody ever reads half of it. */
export async function putStored(bytes: Uint8Array, extension: string): Promise<Stored> {
  const stored = { sha256: sha256(bytes), bytes: bytes.length };
  await writeAtomically(storedPath(stored.sha256, extension), bytes);
  return stored;
}

export async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(join(path, ".."), { recursive: true });
  const aside = `${path}.${process.pid}.${Date.now()}.part`;
  try {
    await writeFile(aside, content);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
