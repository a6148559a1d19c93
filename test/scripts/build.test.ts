import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildCircuits } from "../../scripts/circuits.ts";
import { compileCircuit, ROOT } from "../../scripts/compile.ts";
import { generate } from "../../scripts/generate.ts";
import { type Manifest, readManifest } from "../../scripts/manifest.ts";
import { circuitSources, hashSources } from "../../scripts/sources.ts";

let folder: string;

/** The compiler reads only below the repository. */
beforeEach(async () => {
  await mkdir(join(ROOT, ".tacit"), { recursive: true });
  folder = await mkdtemp(join(ROOT, ".tacit", "test-"));
});

afterEach(() => rm(folder, { recursive: true }));

async function repository(): Promise<{ manifest: Manifest; keys: Record<string, string> }> {
  const manifest = readManifest();
  if (manifest === null) throw new Error("there is no manifest");
  const keys: Record<string, string> = {};
  for (const name of Object.keys(manifest.circuits)) {
    keys[name] = await readFile(join(ROOT, "prover", "generated", `${name}.vkey.json`), "utf8");
  }
  return { manifest, keys };
}

describe("a circuit's sources", () => {
  it("are all files it includes, and any change of any of them changes their hash", async () => {
    const main = join(folder, "a.circom");
    await writeFile(main, 'pragma circom 2.2.2;\ninclude "b.circom";\n// include "missing.circom";\n');
    await writeFile(join(folder, "b.circom"), "template B() {}\n");
    const sources = circuitSources(main, []);
    expect([...sources.keys()]).toEqual([main, join(folder, "b.circom")]);
    await writeFile(join(folder, "b.circom"), "template B() { }\n");
    expect(hashSources(folder, circuitSources(main, []))).not.toBe(hashSources(folder, sources));
  });

  it("are refused when an include is nowhere, with the file and what it includes", async () => {
    const main = join(folder, "a.circom");
    await writeFile(main, 'include "nowhere.circom";\n');
    expect(() => circuitSources(main, [])).toThrow(/a\.circom: includes "nowhere\.circom"/);
  });
});

describe("the build", () => {
  it("builds nothing when everything is up to date, and finds the repository's generated files current", async () => {
    const result = await buildCircuits({ check: true });
    expect(result).toMatchObject({ built: 0, changed: [] });
  });

  it("shows the compiler's own words for an error", async () => {
    const main = join(folder, "wrong.circom");
    await writeFile(main, "pragma circom 2.2.2;\ntemplate T() { signal input a; b <== a; }\ncomponent main = T();\n");
    await expect(compileCircuit(main)).rejects.toMatchObject({
      code: "CIRCUIT_ERROR",
      message: expect.stringMatching(/wrong\.circom does not compile.*Undeclared symbol/s),
    });
  });

  it("says so, with exit code 1, when asked for a circuit there is not", () => {
    const { status, stderr } = spawnSync(process.execPath, [
      join(ROOT, "scripts/bootstrap.mjs"),
      "build",
      "--only",
      "margin_5",
    ]);
    expect(stderr.toString()).toContain("there is no circuit margin_5");
    expect(status).toBe(1);
  });
});

describe("what is generated from the manifest", () => {
  it("marks a verifier with a development key for readers and for contracts, and a ceremony's not", async () => {
    const { manifest, keys } = await repository();
    const path = "contracts/generated/Margin4Verifier.sol";
    const development = generate(manifest, keys).get(path);
    expect(development).toContain("DEVELOPMENT KEY");
    expect(development).toContain("bool public constant DEVELOPMENT = true;");
    const circuit = manifest.circuits.margin_4;
    if (circuit === undefined) throw new Error("there is no margin_4");
    circuit.setup = "ceremony";
    const ceremony = generate(manifest, keys).get(path);
    expect(ceremony).not.toContain("DEVELOPMENT KEY");
    expect(ceremony).toContain("bool public constant DEVELOPMENT = false;");
  });

  it("refuses circuits of one family with different public signals: they share one struct", async () => {
    const { manifest, keys } = await repository();
    manifest.circuits.margin_4?.publicSignals.reverse();
    expect(() => generate(manifest, keys)).toThrow("other public signals");
  });
});
