import { defineConfig } from "vitest/config";

// Under `npm test` only failures are worth a line.
const quiet = process.env.PELLUCID_SUMMARY !== undefined;
// What takes long runs in `npm run conformance` only.
const long = process.env.PELLUCID_CONFORMANCE !== undefined;

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "src/**/*.test.ts", "kernels/**/*.test.ts"],
    exclude: ["**/node_modules/**", ...(long ? [] : ["test/conformance/**"])],
    setupFiles: process.env.PELLUCID_RECORD === undefined ? [] : ["./test/support/count-cases.ts"],
    reporters: [quiet ? "minimal" : "default", "./test/support/reporter.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // V8's register of code pages, kept for processors with protection keys, may miss one where threads come and go by the
    // hundred, and ends the process: "Check failed: jit_page.has_value()". Rarer so, not gone: see `scripts/check.ts`.
    execArgv: ["--no-memory-protection-keys"],
    maxWorkers: 2,
  },
});
