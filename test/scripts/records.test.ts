import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cacheFolder, putStored, readStored, sha256, storedPath } from "../../prover/prove/store.ts";
import { cached } from "../../scripts/records.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tacit-records-"));
  vi.stubEnv("XDG_CACHE_HOME", folder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const whole = async (): Promise<boolean> => true;

describe("the cache", () => {
  it("makes a thing once, and again when an input differs", async () => {
    const make = vi.fn(async () => ({ answer: 42 }));
    expect(await cached("things", { a: 1 }, whole, make)).toEqual({ answer: 42 });
    expect(await cached("things", { a: 1 }, whole, make)).toEqual({ answer: 42 });
    expect(make).toHaveBeenCalledTimes(1);
    await cached("things", { a: 2 }, whole, make);
    expect(make).toHaveBeenCalledTimes(2);
  });

  it("makes it again when its record was changed on disk", async () => {
    const make = vi.fn(async () => ({ answer: 42 }));
    await cached("things", 1, whole, make);
    const [name = ""] = await readdir(join(cacheFolder(), "things"));
    const path = join(cacheFolder(), "things", name);
    await writeFile(path, (await readFile(path, "utf8")).replace("42", "43"));
    expect(await cached("things", 1, whole, make)).toEqual({ answer: 42 });
    expect(make).toHaveBeenCalledTimes(2);
  });

  it("makes it again when a file it names is damaged", async () => {
    const make = vi.fn(() => putStored(new Uint8Array([1, 2, 3]), "bin"));
    const isWhole = async (file: Awaited<ReturnType<typeof make>>) => (await readStored(file, "bin")) !== null;
    const file = await cached("files", 1, isWhole, make);
    await writeFile(storedPath(file.sha256, "bin"), new Uint8Array([1, 2, 4]));
    expect(await readStored(file, "bin")).toBeNull();
    await cached("files", 1, isWhole, make);
    expect(make).toHaveBeenCalledTimes(2);
    expect(await readStored(file, "bin")).toEqual(Buffer.from([1, 2, 3]));
  });

  it("lets the second of two builds wait for the first", async () => {
    const make = vi.fn(async () => {
      await sleep(300);
      return 7;
    });
    expect(await Promise.all([1, 2, 3].map(() => cached("things", 1, whole, make)))).toEqual([7, 7, 7]);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it("passes a failure on and leaves nothing behind", async () => {
    await expect(cached("things", 1, whole, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await readdir(join(cacheFolder(), "things"))).toEqual([]);
  });

  it("takes over from a build that was killed", async () => {
    const gone = spawnSync(process.execPath, ["-e", ""]).pid;
    const path = join(cacheFolder(), "things", `${sha256(JSON.stringify(1))}.json.lock`);
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, String(gone));
    const before = new Date(Date.now() - 5_000);
    await utimes(path, before, before);
    expect(await cached("things", 1, whole, async () => 7)).toBe(7);
  });
});
