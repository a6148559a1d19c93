import { expect, it } from "vitest";
import { runSolidity } from "../solidity.ts";

/** Fuzz and invariants run in Hardhat's own Solidity runner; here they count among all other tests. */
it("passes every Solidity test", async () => {
  const files = ["MarginGate", "MarginGateModel", "VaultedGate", "CoverageLender"];
  expect(await runSolidity("test/contracts", files)).toBeGreaterThanOrEqual(94);
}, 300_000);
