/**
 * `npm test`: builds the package, then compiler, linter, formatter, documentation and the test suite. Says one line a
 * step, prints what a failing step said, lists what was skipped and ends with `N passed, N failed, N skipped`, in which
 * every step counts as one test beside the suite's own.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assertBuilt } from "../test/support/built.ts";
import { hasShared } from "../test/support/shared-folder.ts";
import { formatSummary, refusedSkips, type Summary } from "../test/support/summary.ts";

const root = join(import.meta.dirname, "..");
const cache = join(root, ".cache");
const suiteFile = join(cache, "suite.json");
const total: Summary = { passed: 0, failed: 0, skipped: [] };

/** Runs a script with this Node. Resolves to its exit status and, unless the terminal is shown it, its output. */
function node(command: string, environment: Record<string, string> = {}, show = false) {
  const child = spawn(process.execPath, command.split(" "), {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
  });
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise<{ ok: boolean; output: string }>((resolve) => {
    child.on("error", (error) => resolve({ ok: false, output: String(error) }));
    child.on("close", (status) => resolve({ ok: status === 0, output }));
  });
}

async function step(name: string, command: string): Promise<void> {
  const started = Date.now();
  const { ok, output } = await node(command);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (ok) total.passed++;
  else total.failed++;
  process.stdout.write(ok ? `${name}: ok (${seconds} s)\n` : `${name}: FAILED (${seconds} s)\n${output.trimEnd()}\n`);
}

async function suite(): Promise<void> {
  rmSync(suiteFile, { force: true });
  const started = Date.now();
  await node("node_modules/vitest/vitest.mjs run", { PELLUCID_SUMMARY: suiteFile }, true);
  const summary: Summary = existsSync(suiteFile)
    ? (JSON.parse(readFileSync(suiteFile, "utf8")) as Summary)
    : { passed: 0, failed: 1, skipped: [] };
  total.passed += summary.passed;
  total.failed += summary.failed;
  total.skipped.push(...summary.skipped);
  process.stdout.write(`tests: ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

/** `npm ci` has just built it in a fresh clone. */
function isBuilt(): boolean {
  try {
    assertBuilt();
    return true;
  } catch {
    return false;
  }
}

mkdirSync(cache, { recursive: true });
rmSync(join(cache, "summary.txt"), { force: true });
if (isBuilt()) {
  total.passed++;
  process.stdout.write("build: up to date\n");
} else await step("build", "scripts/build.js");
await Promise.all([
  step("types", "node_modules/typescript/bin/tsc --noEmit").then(() =>
    step("docs", "node_modules/typedoc/bin/typedoc --logLevel Warn"),
  ),
  step("format", "node_modules/prettier/bin/prettier.cjs --check --log-level warn .").then(() =>
    step("lint", "node_modules/eslint/bin/eslint.js --max-warnings 0 ."),
  ),
]);
await suite();
const text = formatSummary(total, hasShared);
writeFileSync(join(cache, "summary.txt"), `${text.split("\n").at(-1)}\n`);
process.stdout.write(`${text}\n`);
if (total.failed > 0 || refusedSkips(total.skipped, hasShared).length > 0) process.exitCode = 1;
