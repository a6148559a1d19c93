import { readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { sha256 } from "../prover/prove/store.ts";
import { TacitError } from "../prover/units/errors.ts";

const INCLUDE = /^\s*include\s+"([^"]+)"\s*;/gm;

/** Every file a circuit is made of, by path, in a stable order. @throws TacitError `MISSING_INCLUDE` */
export function circuitSources(main: string, libraries: readonly string[]): Map<string, string> {
  const sources = new Map<string, string>();
  const visit = (path: string): void => {
    if (sources.has(path)) return;
    const text = readFileSync(path, "utf8");
    sources.set(path, text);
    for (const [, included = ""] of text.matchAll(INCLUDE)) {
      const found = [dirname(path), ...libraries].map((folder) => join(folder, included)).find(isFile);
      if (found === undefined) {
        throw new TacitError("MISSING_INCLUDE", `${path}: includes "${included}", which no folder has`, {
          hint: `Looked beside the file and in ${libraries.join(", ")}.`,
        });
      }
      visit(found);
    }
  };
  visit(main);
  return new Map([...sources].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One hash over all sources; paths count relative to the repository, so that every clone has the same. */
export function hashSources(root: string, sources: ReadonlyMap<string, string>): string {
  const lines = [...sources].map(([path, text]) => `${relative(root, path).replaceAll("\\", "/")} ${sha256(text)}`);
  return sha256(lines.join("\n"));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
