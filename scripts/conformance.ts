/**
 * `npm run conformance`: the suite with ten times the cases of each law, and what takes too long otherwise
 * (`test/conformance`, let in by `PELLUCID_CONFORMANCE`). Writes the figures that tests recorded, with the day and the
 * machine, to `docs/conformance.md`. With `--compression` instead what quantising, pruning and training do to a real model,
 * which takes an hour or more by itself, to `docs/conformance-compression.md`. With paths: only those tests, and no table.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type PageHead, conformancePage } from "../test/support/conformance-page.ts";
import type { Measurement } from "../test/support/record.ts";
import { hasShared } from "../test/support/shared-folder.ts";
import { formatSummary, refusedSkips, type Summary } from "../test/support/summary.ts";

const root = join(import.meta.dirname, "..");
const cache = join(root, ".cache");
const files = { record: join(cache, "record.jsonl"), summary: join(cache, "conformance.json") };
const runs = process.env.PELLUCID_RUNS ?? "10";
/** What `--compression` runs, and a whole run leaves out. */
const compression = ["test/conformance/compression", "test/golden/written-files"];
const total: Summary = { passed: 0, failed: 0, skipped: [] };

function node(script: string, args: string[], environment: Record<string, string> = {}): boolean {
  const options = { cwd: root, stdio: "inherit", env: { ...process.env, ...environment } } as const;
  return spawnSync(process.execPath, [join(root, script), ...args], options).status === 0;
}

function vitest(...args: string[]): void {
  rmSync(files.summary, { force: true });
  node("node_modules/vitest/vitest.mjs", ["run", "--testTimeout=3600000", "--hookTimeout=3600000", ...args], {
    PELLUCID_RECORD: files.record,
    PELLUCID_SUMMARY: files.summary,
    PELLUCID_RUNS: runs,
    PELLUCID_CONFORMANCE: "1",
  });
  const summary: Summary = existsSync(files.summary)
    ? (JSON.parse(readFileSync(files.summary, "utf8")) as Summary)
    : { passed: 0, failed: 1, skipped: [] };
  total.passed += summary.passed;
  total.failed += summary.failed;
  total.skipped.push(...summary.skipped);
}

function writePage(name: string, page: PageHead): void {
  const lines = existsSync(files.record) ? readFileSync(files.record, "utf8").trim().split("\n") : [];
  const measurements = lines.map((line) => JSON.parse(line) as Measurement);
  writeFileSync(join(root, "docs", name), conformancePage(page, measurements, total));
}

mkdirSync(cache, { recursive: true });
rmSync(files.record, { force: true });
if (!node("scripts/build.js", [])) process.exit(1);
const paths = process.argv.slice(2);
if (paths[0] === "--compression") {
  // One after the other: each of them uses all processors.
  vitest("--no-file-parallelism", ...compression);
  writePage("conformance-compression.md", {
    title: "Conformance of compression",
    what: "what quantising, pruning and training do to a real model, on texts that they have not seen",
    command: "npm run conformance -- --compression",
  });
} else if (paths.length > 0) vitest(...paths);
else {
  // Speed first and alone.
  vitest("test/conformance/speed.test.ts");
  vitest(
    "--exclude",
    "test/conformance/speed.test.ts",
    ...compression.flatMap((folder) => ["--exclude", `${folder}/**`]),
  );
  writePage("conformance.md", {
    title: "Conformance",
    what: `the test suite with ${runs} times the cases of every law, and what only runs there`,
    command: "npm run conformance",
  });
}
process.stdout.write(`${formatSummary(total, hasShared)}\n`);
if (total.failed > 0 || refusedSkips(total.skipped, hasShared).length > 0) process.exitCode = 1;
