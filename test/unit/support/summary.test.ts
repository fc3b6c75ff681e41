import { describe, expect, it } from "vitest";
import { formatSummary, readSkip, refusedSkips } from "../../support/summary.ts";

describe("the summary of a run", () => {
  it("finds a skip's reason in its name or its note", () => {
    expect(readSkip("a.test.ts > b [skipped: no model]")).toEqual({ test: "a.test.ts > b", reason: "no model" });
    expect(readSkip("a.test.ts > b", "no network")).toEqual({ test: "a.test.ts > b", reason: "no network" });
  });

  it("refuses skips without a reason, and of golden tests where the golden data is", () => {
    const golden = { test: "test/golden/a.test.ts > b", reason: "later" };
    const wantsShared = { test: "test/laws/a.test.ts > b", reason: "set PELLUCID_SHARED" };
    const other = { test: "test/runtime/a.test.ts > b", reason: "Deno is not installed" };
    expect(refusedSkips([golden, wantsShared, other], false)).toEqual([]);
    expect(refusedSkips([golden, wantsShared, other], true)).toHaveLength(2);
    expect(refusedSkips([{ test: "x", reason: "" }], false)).toHaveLength(1);
  });

  it("lists skips before its last line, which counts", () => {
    const skipped = [{ test: "x", reason: "y" }];
    expect(formatSummary({ passed: 3, failed: 1, skipped }, false)).toBe(
      "skipped: x (y)\n3 passed, 1 failed, 1 skipped",
    );
    expect(formatSummary({ passed: 1, failed: 0, skipped: [] }, true)).toBe("1 passed, 0 failed, 0 skipped");
  });

  it("says many skips of a file in one line", () => {
    const skipped = [1, 2, 3, 4].map((i) => ({ test: `a.test.ts > ${i}`, reason: "y" }));
    expect(formatSummary({ passed: 0, failed: 0, skipped }, false).split("\n")[0]).toBe(
      "skipped: a.test.ts, 4 tests (y)",
    );
  });
});
