import { expect, it } from "vitest";
import { runSolidity } from "../solidity.ts";

/** Fuzz and invariants run in Hardhat's own Solidity runner; here they count among all other tests. */
it("passes every Solidity test", async () => {
  const files = ["Guardians", "Vault", "Trade", "Tokens", "VaultModel", "ShareRate"];
  expect(await runSolidity("test/vault", files)).toBeGreaterThanOrEqual(137);
}, 300_000);
