import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { SCALAR_FIELD } from "../../prover/kernel/binary.ts";
import type { Addon } from "../../prover/kernel/native/addon.ts";
import { openEngine } from "../../prover/kernel/native/engine.ts";
import { sampleKey } from "../../scripts/kernel/sample.ts";
import { words } from "./kernels.ts";
import { NATIVE, theAddon } from "./native.ts";

const script = (name: string): string => join(import.meta.dirname, "../../scripts/kernel", name);

/** Runs a script of ours with another environment. */
function runScript(name: string, env: Record<string, string>, args: string[] = []) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [script(name), ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe("building the native kernel without a compiler", () => {
  it("ends with what to install, in words and as JSON", async () => {
    const cache = await mkdtemp(join(tmpdir(), "tacit-cache-"));
    try {
      const env = { PATH: cache, XDG_CACHE_HOME: cache };
      const said = await runScript("build-native.ts", env);
      expect(said.code).toBe(2);
      expect(said.stderr).toContain("no C compiler");
      expect(said.stderr).toContain("apt-get install");
      const json = await runScript("build-native.ts", env, ["--json"]);
      expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: "NO_COMPILER" } });
    } finally {
      await rm(cache, { recursive: true });
    }
  });

  it("leaves the backend missing, which an engine says with the way out", async () => {
    const before = process.env.XDG_CACHE_HOME;
    const cache = await mkdtemp(join(tmpdir(), "tacit-cache-"));
    try {
      process.env.XDG_CACHE_HOME = cache;
      expect(() => openEngine(1)).toThrow(expect.objectContaining({ code: "NO_NATIVE_KERNEL" }));
    } finally {
      if (before === undefined) delete process.env.XDG_CACHE_HOME;
      else process.env.XDG_CACHE_HOME = before;
      await rm(cache, { recursive: true });
    }
  });
});

describe.runIf(NATIVE)("the native addon", () => {
  it("refuses a path, a number of threads or a handle that is none", () => {
    const addon = theAddon();
    expect(() => addon.open(1, "warp")).toThrow();
    expect(() => addon.open(0, undefined)).toThrow();
    expect(() => addon.open(100_000, undefined)).toThrow();
    expect(() => openEngine(1, "warp")).toThrow(expect.objectContaining({ code: "NO_NATIVE_KERNEL" }));
    const engine = addon.open(1, undefined);
    const loose = addon as unknown as Record<keyof Addon, (...args: unknown[]) => unknown>;
    for (const wrong of [undefined, null, 7, {}, "engine", new Uint8Array(32)]) {
      expect(() => loose.close(wrong)).toThrow(TypeError);
      expect(() => loose.load(wrong, {})).toThrow(TypeError);
      expect(() => loose.load(engine, wrong)).toThrow();
      expect(() => loose.load(engine, { wires: 1, publicSignals: 0, log: 0, parts: wrong })).toThrow();
      expect(() => loose.prove(wrong, wrong, wrong, wrong)).toThrow(TypeError);
      expect(() => loose.forget(wrong)).toThrow(TypeError);
    }
    // One handle is not another's.
    expect(() => loose.prove(engine, new Uint8Array(), new Uint8Array(32), new Uint8Array(32))).toThrow(TypeError);
    expect(() => loose.load(engine)).toThrow(TypeError);
    addon.close(engine);
    addon.close(engine);
    expect(() => addon.sum(engine, 1, new Uint8Array(), new Uint8Array())).toThrow("closed");
  });

  it("refuses scalars beyond the order, and points and scalars of different numbers", async () => {
    const addon = theAddon();
    const engine = addon.open(2, undefined);
    const point = new Uint8Array(64);
    for (const scalar of [SCALAR_FIELD, SCALAR_FIELD + 1n, (1n << 256n) - 1n]) {
      expect((await addon.sum(engine, 1, point, words([scalar]))).status).toBe(4);
    }
    expect((await addon.sum(engine, 1, point, words([1n, 2n]))).status).toBe(6);
    expect((await addon.sum(engine, 2, point, words([1n]))).status).toBe(6);
    addon.close(engine);
  });

  it("lets go of keys and engines that nobody holds any more, also with proofs under way", async () => {
    const { zkey, witness } = await sampleKey();
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    for (let i = 0; i < 10; i++) {
      const engine = openEngine(2);
      const key = await engine.load(zkey);
      const pending = [key.prove(witness), key.prove(witness)];
      if (i % 2 === 0) await key.forget();
      collect();
      const ends = await Promise.allSettled(pending);
      // The first had begun when the key was forgotten, or had not.
      for (const end of ends) {
        if (end.status === "rejected") expect(end.reason).toMatchObject({ code: "KERNEL_FAILED" });
      }
      if (i % 2 === 1) expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
      collect();
    }
  });

  it("keeps the event loop running while it proves", async () => {
    const { zkey, witness } = await sampleKey();
    const engine = openEngine(1);
    const key = await engine.load(zkey);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    for (let i = 0; i < 20; i++) await key.prove(witness);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    await engine.close();
  });
});
