import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

const compiler = (runs: number) => ({
  version: "0.8.37",
  // The compiler comes from npm, so nothing is downloaded at build time.
  path: require.resolve("solc/soljson.js"),
  settings: {
    optimizer: { enabled: true, runs },
    evmVersion: "cancun",
  },
});

export default defineConfig({
  plugins: [hardhatEthers],
  solidity: {
    compilers: [compiler(10_000)],
    // A contract's code must stay under 24 kB.
    overrides: { "contracts/MarginGate.sol": compiler(200) },
  },
});
