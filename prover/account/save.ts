import { TacitError } from "../units/errors.ts";
import { writeWhole } from "../units/whole.ts";
import { type Account, formatAccountFile } from "./file.ts";

/**
 * Writes an account file whole, readable by its owner only.
 * @param force replaces an existing file; without it such a file stays, because it may hold the only opening of an account
 * @throws TacitError `FILE_EXISTS`, and the system's errors
 */
export async function saveAccountFile(path: string, account: Account, force: boolean): Promise<void> {
  try {
    await writeWhole(path, new TextEncoder().encode(formatAccountFile(account)), { mode: 0o600, overwrite: force });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw fileExists(path);
  }
}

export const fileExists = (path: string): TacitError =>
  new TacitError("FILE_EXISTS", `${path} exists, and an account file that is lost cannot be made again`, {
    hint: "Give another --out, or --force to replace it.",
  });
