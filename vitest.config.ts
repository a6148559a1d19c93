import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["scripts/vitest-setup.ts"],
    // Hardhat's native chain crashes in worker threads.
    pool: "forks",
    // More than the two cores where it has to be quick: tests wait for browsers, nodes and processes of their own.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
