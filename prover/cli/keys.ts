import { spawn } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { CIRCUITS, type CircuitName, MARGIN_NAMES, type MarginName } from "../generated/circuits.ts";
import { storedPath } from "../prove/store.ts";
import { TacitError } from "../units/errors.ts";
import { quote } from "../units/json.ts";
import { ROOT } from "./version.ts";

export const CIRCUIT_NAMES = Object.keys(CIRCUITS) as CircuitName[];

/** A margin circuit by name. @throws TacitError `NO_SUCH_CIRCUIT` */
export function readCircuit(text: string): MarginName {
  const name = MARGIN_NAMES.find((known) => known === text);
  if (name !== undefined) return name;
  throw new TacitError("NO_SUCH_CIRCUIT", `there is no circuit ${quote(text)}`, {
    hint: `There are ${MARGIN_NAMES.join(", ")}.`,
  });
}

/** Whether a circuit's program and proving key are in the cache; whether they are whole is checked when they are read. */
export async function keysPresent(name: CircuitName): Promise<boolean> {
  const { wasm, zkey } = CIRCUITS[name];
  const paths = [storedPath(wasm.sha256, "wasm"), storedPath(zkey.sha256, "zkey")];
  const found = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}

/**
 * Builds one circuit and its development keys, without touching the repository; what it says goes to standard error.
 * The build is a program of its own, since nothing in the product depends on the compiler.
 * @throws TacitError `MISSING_ARTIFACT`
 */
export async function buildKeys(name: CircuitName): Promise<void> {
  const build = [join(ROOT, "scripts", "build.ts"), "--check", "--only", name];
  const child = spawn(process.execPath, build, { cwd: ROOT, stdio: ["ignore", process.stderr, process.stderr] });
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code === 0) return;
  throw new TacitError("MISSING_ARTIFACT", `the keys of ${name} could not be built`, {
    hint: "The build's own words are above; `npm run build` builds everything.",
  });
}
