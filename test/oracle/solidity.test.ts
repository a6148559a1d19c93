import { expect, it } from "vitest";
import { runSolidity } from "../solidity.ts";

/** Fuzz tests run in Hardhat's own Solidity runner; here they count among all other tests. */
it("passes every Solidity test of the oracle and the book", async () => {
  const files = ["IndexOracle", "Sources", "Vendors", "EpochBook"];
  expect(await runSolidity("test/oracle", files)).toBeGreaterThanOrEqual(48);
}, 300_000);
