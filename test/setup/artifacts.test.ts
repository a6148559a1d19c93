import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CIRCUITS } from "../../prover/generated/circuits.ts";
import { loadArtifacts, loadVerificationKey } from "../../prover/prove/artifacts.ts";
import { putStored, storedPath, writeAtomically } from "../../prover/prove/store.ts";

const { zkey, wasm } = CIRCUITS.margin_4;
let folder: string;
let files: { zkey: Uint8Array; wasm: Uint8Array };

/** A cache of its own, with margin_4's files in it. */
beforeEach(async () => {
  files = {
    zkey: await readFile(storedPath(zkey.sha256, "zkey")),
    wasm: await readFile(storedPath(wasm.sha256, "wasm")),
  };
  folder = await mkdtemp(join(tmpdir(), "tacit-artifacts-"));
  vi.stubEnv("XDG_CACHE_HOME", folder);
  await putStored(files.zkey, "zkey");
  await putStored(files.wasm, "wasm");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};

describe("loading a circuit's artifacts", () => {
  it("gives what the manifest names, and says that the key is a development key", async () => {
    const artifacts = await loadArtifacts("margin_4");
    expect(artifacts.zkey.length).toBe(zkey.bytes);
    expect(artifacts.wasm.length).toBe(wasm.bytes);
    expect(artifacts.verificationKey.nPublic).toBe(CIRCUITS.margin_4.signals.length);
    expect(artifacts.setup).toBe("development");
  });

  it.each(["first", "middle", "last"])("refuses a proving key whose %s byte has one bit flipped", async (place) => {
    const at = { first: 0, middle: zkey.bytes >> 1, last: zkey.bytes - 1 }[place] ?? 0;
    await writeAtomically(storedPath(zkey.sha256, "zkey"), flipped(files.zkey, at));
    await expect(loadArtifacts("margin_4")).rejects.toMatchObject({
      code: "DAMAGED_ARTIFACT",
      message: expect.stringContaining("margin_4's proving key"),
      hint: expect.stringContaining("npm run build"),
    });
  });

  it("refuses a program with one bit flipped", async () => {
    await writeAtomically(storedPath(wasm.sha256, "wasm"), flipped(files.wasm, 100));
    await expect(loadArtifacts("margin_4")).rejects.toMatchObject({ code: "DAMAGED_ARTIFACT" });
  });

  it("refuses the key of another constraint system in its place", async () => {
    vi.unstubAllEnvs();
    const other = await readFile(storedPath(CIRCUITS.margin_8.zkey.sha256, "zkey"));
    vi.stubEnv("XDG_CACHE_HOME", folder);
    await writeAtomically(storedPath(zkey.sha256, "zkey"), other);
    await expect(loadArtifacts("margin_4")).rejects.toMatchObject({ code: "DAMAGED_ARTIFACT" });
  });

  it("says how to build what is missing", async () => {
    await expect(loadArtifacts("margin_8")).rejects.toMatchObject({
      code: "MISSING_ARTIFACT",
      message: expect.stringContaining("margin_8"),
      hint: expect.stringContaining("npm run build"),
    });
  });
});

describe("the verification keys in the repository", () => {
  it.each(Object.keys(CIRCUITS) as (keyof typeof CIRCUITS)[])(
    "%s's is the manifest's, and gamma is not delta",
    async (name) => {
      const key = await loadVerificationKey(name);
      expect(key.vk_gamma_2).not.toEqual(key.vk_delta_2);
    },
  );
});
