import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { addonPath } from "../../prover/kernel/native/addon.ts";
import { TacitError } from "../../prover/units/errors.ts";
import { findCompiler } from "./compiler.ts";

const run = promisify(execFile);
const SOURCES = join(import.meta.dirname, "../../prover/kernel/native");

/** The kernel's code paths: the compiler's flags by name. */
export const PATHS: Readonly<Record<string, readonly string[]>> = {
  portable: ['-DFIELD_HEADER="field64.h"', '-DCONSTANTS_HEADER="constants64.h"'],
  ...(process.arch === "x64" && {
    adx: ['-DFIELD_HEADER="field64.h"', '-DCONSTANTS_HEADER="constants64.h"', "-DUSE_ADX", "-mbmi2", "-madx"],
    ifma: [
      '-DFIELD_HEADER="field52.h"',
      '-DCONSTANTS_HEADER="constants52.h"',
      "-DUSE_ADX",
      ...["-mbmi2", "-madx", "-mavx512f", "-mavx512dq", "-mavx512vl", "-mavx512ifma", "-mprefer-vector-width=256"],
    ],
  }),
};
export const ENGINE_FILES = ["memory", "pool", "paths", "engine", "load", "sum", "prove"] as const;
export const WARNINGS = ["-Wall", "-Wextra", "-Wno-unused-function", "-Wno-unknown-pragmas"] as const;

/** Compiles the engine's objects into a folder. @returns their paths */
export async function compileEngine(compiler: string, folder: string, flags: readonly string[]): Promise<string[]> {
  const compile = async (source: string, name: string, more: readonly string[]): Promise<string> => {
    const object = join(folder, `${name}.o`);
    await run(compiler, ["-std=gnu11", ...WARNINGS, ...flags, ...more, "-c", join(SOURCES, source), "-o", object]);
    return object;
  };
  return Promise.all([
    ...Object.entries(PATHS).map(([name, more]) => compile("path.c", `path-${name}`, [`-DPATH=${name}`, ...more])),
    ...ENGINE_FILES.map((name) => compile(`${name}.c`, name, [])),
  ]);
}

/**
 * Builds the native kernel with the system's C compiler, unless it is there; it is found by the hash of its sources.
 * @returns its file
 * @throws TacitError `NO_COMPILER`, `NATIVE_BUILD_FAILED`
 */
export async function buildNative(onStart?: (compiler: string) => void): Promise<string> {
  const file = addonPath();
  if (existsSync(file)) return file;
  const compiler = findCompiler();
  if (compiler === null) {
    throw new TacitError("NO_COMPILER", "there is no C compiler", {
      hint: "Install one (Debian, Ubuntu: `apt-get install clang`; macOS: `xcode-select --install`), or name it in CC. Without it the wasm backend proves.",
    });
  }
  onStart?.(compiler);
  await mkdir(dirname(file), { recursive: true });
  const folder = await mkdtemp(join(dirname(file), "build-"));
  try {
    const { include_dir: headers } = createRequire(import.meta.url)("node-api-headers") as { include_dir: string };
    const objects = await compileEngine(compiler, folder, ["-O3", "-fPIC", "-fvisibility=hidden", "-pthread"]);
    const module = join(folder, "kernel.node");
    const link = process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"];
    const addon = join(SOURCES, "addon.c");
    const flags = ["-std=gnu11", ...WARNINGS, "-O2", "-fPIC", "-fvisibility=hidden", "-pthread", "-I", headers];
    await run(compiler, [...flags, ...link, addon, ...objects, "-o", module]);
    // Moved at once, so that nobody ever loads half of it.
    await rename(module, file);
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new TacitError("NATIVE_BUILD_FAILED", `${compiler} does not build the native kernel: ${stderr ?? cause}`, {
      hint: "Try another compiler by CC. Without the native kernel the wasm backend proves.",
      cause,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return file;
}
