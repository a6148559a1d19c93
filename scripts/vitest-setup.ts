import hre from "hardhat";

/** Runs once before all tests: the contracts are compiled, so no test file compiles for itself. */
export async function setup(): Promise<void> {
  await hre.tasks.getTask("build").run();
}
