import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";
import { hasShared } from "./shared-folder.ts";
import { formatSummary, readSkip, refusedSkips, type Summary } from "./summary.ts";

/**
 * Counts tests and lists what was skipped and why. Prints the summary, or writes it as JSON to the file that
 * `PELLUCID_SUMMARY` names, for a caller that has more to count.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const summary: Summary = { passed: 0, failed: unhandledErrors.length, skipped: [], lost: [], seconds: {} };
    for (const module of modules) count(module, summary);
    const file = process.env.PELLUCID_SUMMARY;
    if (file !== undefined) writeFileSync(file, JSON.stringify(summary));
    else process.stdout.write(`${formatSummary(summary, hasShared)}\n`);
    if (refusedSkips(summary.skipped, hasShared).length > 0) process.exitCode = 1;
  }
}

function count(module: TestModule, summary: Summary): void {
  let failedHere = 0;
  const before = { passed: summary.passed, skipped: summary.skipped.length };
  summary.seconds![module.relativeModuleId] = Math.round(module.diagnostic().duration) / 1000;
  for (const test of module.children.allTests()) {
    const result = test.result();
    const skip = readSkip(
      `${module.relativeModuleId} > ${test.fullName}`,
      result.state === "skipped" ? result.note : "",
    );
    if (result.state === "passed") summary.passed++;
    // After a hook failed, the tests that it was for are skipped without a reason: they failed.
    else if (result.state === "skipped" && (skip.reason !== "" || module.state() !== "failed"))
      summary.skipped.push(skip);
    else failedHere++;
  }
  // A file that did not load, or whose hooks failed, may have no failing test of its own.
  if (failedHere === 0 && module.state() === "failed") failedHere = 1;
  summary.failed += failedHere;
  const isLost = [...module.children.allTests()].some((test) => test.result().state === "pending");
  if (!isLost) return;
  summary.lost!.push({
    file: module.relativeModuleId,
    passed: summary.passed - before.passed,
    failed: failedHere + 1,
    skipped: summary.skipped.slice(before.skipped).map(({ test }) => test),
  });
}
