import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { COMMANDS } from "../../prover/cli/commands.ts";
import { schemaFiles } from "../../scripts/schemas.ts";
import { ROOT } from "./tacit.ts";

const FOLDER = join(ROOT, "docs", "schemas");

it("publishes the schemas that the readers use", () => {
  const files = schemaFiles();
  expect(readdirSync(FOLDER).sort()).toEqual([...files.keys()].sort());
  for (const [name, text] of files) expect(readFileSync(join(FOLDER, name), "utf8"), name).toBe(text);
});

it("documents every command and flag", () => {
  const text = readFileSync(join(ROOT, "docs", "CLI.md"), "utf8");
  for (const { name, options } of COMMANDS) {
    expect(text).toContain(`tacit ${name}`);
    for (const option of options) expect(text, name).toContain(`--${option.name}`);
  }
});

it("documents every file", () => {
  const text = readFileSync(join(ROOT, "docs", "FILES.md"), "utf8");
  for (const name of schemaFiles().keys()) expect(text).toContain(`schemas/${name}`);
});
