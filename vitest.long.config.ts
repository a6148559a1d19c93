import { defineConfig } from "vitest/config";

/** Soaks that take minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ["test/long/*.ts"],
    globalSetup: ["scripts/vitest-setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
  },
});
