import { expect, it } from "vitest";
import { runSolidity } from "../solidity.ts";

/** Fuzz tests run in Hardhat's own Solidity runner; here they count among all other tests. */
it("passes every Solidity test of the registry", async () => {
  const files = ["GateRegistry"];
  expect(await runSolidity("test/registry", files)).toBeGreaterThanOrEqual(10);
}, 300_000);
