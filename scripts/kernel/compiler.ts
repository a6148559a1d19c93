import { spawnSync } from "node:child_process";

/** The first C compiler there is: `CC`, clang (whose code was the faster in our measurements), or the system's. */
export function findCompiler(): string | null {
  const candidates = [process.env.CC, "clang", "cc", "gcc"].filter((name) => name !== undefined && name !== "");
  return candidates.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0) ?? null;
}
