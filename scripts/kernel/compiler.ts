import { spawnSync } from "node:child_process";

/** The first C compiler there is: `CC`, clang (whose code was the faster in our measurements), or the system's. */
export function findCompiler(): string | null {
  const { CC } = process.env;
  return (
    [...(CC ? [CC] : []), "clang", "cc", "gcc"].find(
      (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
    ) ?? null
  );
}
