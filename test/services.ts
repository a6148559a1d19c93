import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a program is on the PATH; the first of these names that is there. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * Whether tests that need something which a machine may lack can run, for `describe.runIf`. Where they cannot, it says so;
 * where everything has to be there (`REQUIRE_SERVICES=1`, as in the continuous build), it fails.
 * @param tests what is not run without it, such as "browser proof"
 * @param missing what is lacking, such as "chromium"
 */
export function canRun(tests: string, missing: string, present: boolean): boolean {
  if (present) return true;
  const words = `not run: ${tests} (missing ${missing})`;
  if (process.env.REQUIRE_SERVICES === "1") throw new Error(words);
  console.log(words);
  return false;
}
