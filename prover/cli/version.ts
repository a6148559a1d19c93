import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The repository's root folder. */
export const ROOT = join(import.meta.dirname, "..", "..");

/** What `package.json` says of the project and its dependencies. */
export interface Package {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The package.json of the project, or of a dependency; null when that is not installed. */
export function readPackage(dependency?: string): Package | null {
  const folder = dependency === undefined ? ROOT : join(ROOT, "node_modules", dependency);
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Package;
  } catch {
    return null;
  }
}

export const VERSION = readPackage()?.version ?? "unknown";
