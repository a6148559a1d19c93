import { type Addon, type Handle, loadAddon } from "../../prover/kernel/native/addon.ts";
import { nativeAvailable } from "../../prover/kernel/native/available.ts";
import { findCompiler } from "../../scripts/kernel/compiler.ts";
import { canRun } from "../services.ts";
import { numbers } from "./kernels.ts";
import type { Summer } from "./sums.ts";

/** Whether the native kernel's tests run. Where there is a compiler, the tests' set-up has built it, or failed. */
export const NATIVE = canRun("native kernel", "c++", nativeAvailable() || findCompiler() !== null);

const addon: Addon | undefined = NATIVE ? loadAddon() : undefined;

export function theAddon(): Addon {
  if (addon === undefined) throw new Error("there is no native kernel");
  return addon;
}

/** The code paths that this processor has. */
export const PATHS: readonly string[] = addon?.paths ?? [];

export function nativeSummer(threads: number, path?: string): Summer {
  let engine: Handle | undefined;
  return async (group, points, scalars) => {
    engine ??= theAddon().open(threads, path);
    const { status, points: sum } = await theAddon().sum(engine, group === "g1" ? 1 : 2, points, scalars);
    if (status !== 0 || sum === undefined) throw new Error(`status ${status}`);
    return numbers(sum);
  };
}
