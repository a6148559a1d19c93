import hre from "hardhat";
import { buildCircuits } from "./circuits.ts";

/** Runs once before all tests: circuits, keys and contracts are brought up to date, so no test file builds for itself. */
export async function setup(): Promise<void> {
  await buildCircuits();
  await hre.tasks.getTask("build").run({ quiet: true });
}
