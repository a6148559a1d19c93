import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

export default defineConfig({
  plugins: [hardhatEthers],
  networks: {
    // `npx hardhat node --network replay`: a local chain on the day of the first shipped snapshot.
    replay: { type: "edr-simulated", chainId: 31337, initialDate: new Date("2026-02-04T21:33:08Z") },
  },
  solidity: {
    version: "0.8.37",
    // The compiler comes from npm, so nothing is downloaded at build time.
    path: require.resolve("solc/soljson.js"),
    settings: {
      // More runs take the gate's code above the 24 kB that a contract may have.
      optimizer: { enabled: true, runs: 1000 },
      evmVersion: "cancun",
    },
  },
});
