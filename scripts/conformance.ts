/**
 * `npm run conformance`: the suite with ten times the cases of each law, and what only runs here (`PELLUCID_CONFORMANCE`).
 * Writes the figures that tests recorded, with the day and the machine, to `docs/conformance.md`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Measurement } from "../test/support/record.ts";
import { hasShared } from "../test/support/shared-folder.ts";
import { formatSummary, refusedSkips, type Summary } from "../test/support/summary.ts";

const root = join(import.meta.dirname, "..");
const cache = join(root, ".cache");
const files = { record: join(cache, "record.jsonl"), summary: join(cache, "conformance.json") };
const runs = process.env.PELLUCID_RUNS ?? "10";

function node(script: string, args: string[], environment: Record<string, string> = {}): boolean {
  const options = { cwd: root, stdio: "inherit", env: { ...process.env, ...environment } } as const;
  return spawnSync(process.execPath, [join(root, script), ...args], options).status === 0;
}

mkdirSync(cache, { recursive: true });
for (const file of Object.values(files)) rmSync(file, { force: true });
if (!node("scripts/build.js", [])) process.exit(1);
const paths = process.argv.slice(2);
node("node_modules/vitest/vitest.mjs", ["run", "--testTimeout=3600000", "--hookTimeout=3600000", ...paths], {
  PELLUCID_RECORD: files.record,
  PELLUCID_SUMMARY: files.summary,
  PELLUCID_RUNS: runs,
  PELLUCID_CONFORMANCE: "1",
});

const summary: Summary = existsSync(files.summary)
  ? (JSON.parse(readFileSync(files.summary, "utf8")) as Summary)
  : { passed: 0, failed: 1, skipped: [] };
const text = formatSummary(summary, hasShared);
const measurements = existsSync(files.record)
  ? readFileSync(files.record, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Measurement)
  : [];
measurements.sort((a, b) => (a.name < b.name ? -1 : 1));

const cell = (value: string) => value.replaceAll("|", "\\|");
const day = new Date().toISOString().slice(0, 10);
// Part of a suite makes no table.
if (paths.length === 0) {
  writeFileSync(
    join(root, "docs/conformance.md"),
    [
      "# Conformance",
      "",
      `Measured on ${day} by \`npm run conformance\`: the test suite with ${runs} times the cases of every law. Written by`,
      "the script; don't edit it.",
      "",
      `${String(summary.passed)} tests passed, ${String(summary.failed)} failed, ${String(summary.skipped.length)} were skipped.` +
        ` Node ${process.versions.node}, ${String(cpus().length)} × ${cpus()[0]?.model ?? "unknown processor"}.`,
      "",
      "| what | measured | bound |",
      "| --- | --- | --- |",
      ...measurements.map(({ name, figure, bound }) => `| ${cell(name)} | ${cell(figure)} | ${cell(bound)} |`),
      "",
    ].join("\n"),
  );
}
process.stdout.write(`${text}\n`);
if (summary.failed > 0 || refusedSkips(summary.skipped, hasShared).length > 0) process.exitCode = 1;
