import { defineConfig } from "vitest/config";

// Under `npm test` only failures are worth a line.
const quiet = process.env.PELLUCID_SUMMARY !== undefined;

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "src/**/*.test.ts", "kernels/**/*.test.ts"],
    reporters: [quiet ? "minimal" : "default", "./test/support/reporter.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
