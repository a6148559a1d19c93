import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { compileEngine } from "./native.ts";

const run = promisify(execFile);
const SOURCES = join(import.meta.dirname, "../../test/kernel/native");

/** Every out-of-bounds access, use of freed memory and undefined operation ends the program. */
const SANITIZERS = [
  ...["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-pthread"],
  "-DINLINE=static inline __attribute__((unused))",
  "-DBATCH=64",
];

/** Fuzzers of test/kernel/native, by name. */
export const FUZZERS = ["load", "sum", "prove"] as const;

export interface Sanitized {
  readonly folder: string;
  /** Loads and proves cases: see driver.c. */
  readonly driver: string;
  /** Compares sums: see sums.c. */
  readonly sums: string;
  readonly fuzzers: Readonly<Record<(typeof FUZZERS)[number], string>>;
}

/** Builds the engine under AddressSanitizer and UBSan with clang, into a folder that goes when `work` has ended. */
export async function withSanitized<T>(work: (built: Sanitized) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "tacit-sanitized-"));
  try {
    const fuzzing = [...SANITIZERS, "-fsanitize=fuzzer-no-link"];
    const objects = await compileEngine("clang", folder, fuzzing);
    const link = async (source: string, flags: readonly string[]): Promise<string> => {
      const program = join(folder, source);
      const warnings = ["-std=gnu11", "-Wall", "-Wextra", "-Wno-unused-function", "-Wno-unknown-pragmas"];
      await run("clang", [...warnings, ...flags, join(SOURCES, `${source}.c`), ...objects, "-o", program]);
      return program;
    };
    const [driver, sums, load, sum, prove] = (await Promise.all([
      link("driver", SANITIZERS),
      link("sums", SANITIZERS),
      ...FUZZERS.map((name) => link(`fuzz-${name}`, [...SANITIZERS, "-fsanitize=fuzzer"])),
    ])) as [string, string, string, string, string];
    return await work({ folder, driver, sums, fuzzers: { load, sum, prove } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
