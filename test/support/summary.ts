/** What a run of tests, or of the whole check, came to. */
export interface Summary {
  passed: number;
  failed: number;
  skipped: Skip[];
  /** Files whose process ended before their tests had, and what of theirs was counted; each process is a failure too. */
  lost?: { file: string; passed: number; failed: number; skipped: string[] }[];
  /** Seconds that each file of tests took. */
  seconds?: Record<string, number>;
}

export interface Skip {
  /** File and full name of the test, without the reason. */
  test: string;
  /** Empty where none was given. */
  reason: string;
}

/** Takes the reason out of a test's name, where `itShared` and others put it: `name [skipped: reason]`. */
export function readSkip(test: string, note = ""): Skip {
  const inName = /^(.*?) ?\[skipped: (.*)\]$/.exec(test);
  return inName ? { test: inName[1], reason: inName[2] } : { test, reason: note };
}

/**
 * Skips that count as failures: one without a reason, and, where the golden data is on the machine, one for want of it.
 * That is any skip in `test/golden/` or with a reason that names `PELLUCID_SHARED`.
 */
export function refusedSkips(skips: readonly Skip[], hasShared: boolean): string[] {
  return skips.flatMap(({ test, reason }) => {
    if (reason === "") return [`skipped without a reason: ${test}`];
    const golden = test.startsWith("test/golden/") || reason.includes("PELLUCID_SHARED");
    return hasShared && golden ? [`skipped although the shared folder is there: ${test} (${reason})`] : [];
  });
}

/** The skips with their reasons, what is refused of them, and last the line `N passed, N failed, N skipped`. */
export function formatSummary({ passed, failed, skipped }: Summary, hasShared: boolean): string {
  const refused = refusedSkips(skipped, hasShared);
  const lines = groupSkips(skipped);
  for (const line of refused) lines.push(`failed: ${line}`);
  lines.push(`${passed} passed, ${failed + refused.length} failed, ${skipped.length} skipped`);
  return lines.join("\n");
}

/** A line a test; but one line for many tests of a file with the same reason. */
function groupSkips(skips: readonly Skip[]): string[] {
  const groups = new Map<string, { file: string; reason: string; tests: string[] }>();
  for (const { test, reason } of skips) {
    const [file] = test.split(" > ");
    const group = groups.get(`${file}\n${reason}`) ?? { file, reason: reason || "no reason given", tests: [] };
    group.tests.push(test);
    groups.set(`${file}\n${reason}`, group);
  }
  return [...groups.values()].flatMap(({ file, reason, tests }) =>
    tests.length > 3
      ? [`skipped: ${file}, ${tests.length} tests (${reason})`]
      : tests.map((test) => `skipped: ${test} (${reason})`),
  );
}
