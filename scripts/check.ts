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

/** Runs a script with this Node. Resolves to its exit status and its output, which `show` writes to the terminal as well. */
function node(command: string, environment: Record<string, string> = {}, show = false) {
  const child = spawn(process.execPath, command.split(" "), {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (show) process.stdout.write(chunk);
    });
  }
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

/** Runs the suite, or some files of it, and answers what it came to and what the terminal was shown. */
async function runTests(files: readonly string[] = []): Promise<{ summary: Summary; output: string }> {
  rmSync(suiteFile, { force: true });
  const command = ["node_modules/vitest/vitest.mjs", "run", ...files].join(" ");
  const { output } = await node(command, { PELLUCID_SUMMARY: suiteFile }, true);
  const summary: Summary = existsSync(suiteFile)
    ? (JSON.parse(readFileSync(suiteFile, "utf8")) as Summary)
    : { passed: 0, failed: 1, skipped: [] };
  return { summary, output };
}

/**
 * V8's register of code pages may miss one where threads come and go by the hundred, and ends the process (docs/log.md,
 * 2026-11-25). Files that are lost to this, and to nothing else, are run once more.
 */
const lostToV8 = "Check failed: jit_page.has_value()";

async function suite(): Promise<void> {
  const started = Date.now();
  const { summary, output } = await runTests();
  const lost = summary.lost ?? [];
  if (lost.length > 0 && output.split(lostToV8).length - 1 === lost.length) {
    const files = lost.map(({ file }) => file);
    process.stdout.write(`V8 lost the process of ${files.join(", ")}: run once more\n`);
    const again = await runTests(files);
    for (const { passed, failed, skipped } of lost) {
      summary.passed -= passed;
      summary.failed -= failed;
      summary.skipped = summary.skipped.filter(({ test }) => !skipped.includes(test));
    }
    summary.passed += again.summary.passed;
    summary.failed += again.summary.failed;
    summary.skipped.push(...again.summary.skipped);
  }
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
