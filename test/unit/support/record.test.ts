import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { record } from "../../support/record.ts";

const folder = mkdtempSync(join(tmpdir(), "pellucid-record-"));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it("notes figures only where a file is named", () => {
  vi.stubEnv("PELLUCID_RECORD", undefined);
  record("a", 1);
  vi.stubEnv("PELLUCID_RECORD", join(folder, "figures.jsonl"));
  record("error", 1.23456789e-10, 1e-9);
  record("tokens", 300, "= 300");
  const lines = readFileSync(join(folder, "figures.jsonl"), "utf8").trim().split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { name: "error", figure: "1.235e-10", bound: "≤ 1e-9" },
    { name: "tokens", figure: "300", bound: "= 300" },
  ]);
});
