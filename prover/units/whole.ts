import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file that is complete on disk before it gets its name: a reader, or a crash, sees the old bytes or the new
 * ones, never half of either. The folder must exist.
 * @param options.mode permissions of a new file
 * @param options.overwrite false: an existing file stays, and the error has the code `EEXIST`
 */
export async function writeWhole(
  path: string,
  bytes: Uint8Array,
  options: { readonly mode?: number; readonly overwrite?: boolean } = {},
): Promise<void> {
  const { mode = 0o666, overwrite = true } = options;
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  let reserved = false;
  try {
    const handle = await open(temporary, "wx", mode);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (!overwrite) {
      // Takes the name only if it is free, on file systems without hard links too.
      await (await open(path, "wx", mode)).close();
      reserved = true;
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    if (reserved) await rm(path, { force: true });
    throw error;
  }
}
