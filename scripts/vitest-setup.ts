import hre from "hardhat";
import { buildCircuits } from "./circuits.ts";
import { findCompiler } from "./kernel/compiler.ts";
import { buildNative } from "./kernel/native.ts";

/** Runs once before all tests: circuits, keys, contracts and the native kernel are brought up to date, so no test file builds for itself. */
export async function setup(): Promise<void> {
  await buildCircuits();
  if (findCompiler() !== null) await buildNative();
  await hre.tasks.getTask("build").run({ quiet: true });
}
