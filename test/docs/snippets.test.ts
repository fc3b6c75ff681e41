import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { assertBuilt, root, run } from "../support/built.ts";
import { hasShared, sharedFolder, smollm2 } from "../support/shared.ts";
import { matches, readPage, readSnippets, type Snippet } from "./read-snippets.ts";

/**
 * Snippets become files inside the checkout, so that "pellucid" in them is the built package, and run in a folder where
 * the model lies under its own name and what they write is thrown away.
 */
const folder = join(root, ".cache/snippets");
const desk = join(folder, "desk");
const snippets = readSnippets();
const fileOf = ({ place }: Snippet) => join(folder, `${place.replace(/[^a-z0-9]+/gi, "-")}.ts`);

beforeAll(() => {
  assertBuilt();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(desk, { recursive: true });
  if (hasShared) symlinkSync(smollm2, join(desk, basename(smollm2)));
  for (const snippet of snippets) {
    const code = snippet.code.replaceAll("../shared/", `${sharedFolder}/`);
    writeFileSync(fileOf(snippet), `${code}\nexport {};\n`);
  }
  const compilerOptions = { rootDir: "../..", noUnusedLocals: false, noUnusedParameters: false };
  const config = { extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"], exclude: ["desk"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
});

describe("the snippets of the pages", () => {
  it("have right types", () => {
    if (snippets.length > 0) run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", folder], root);
  });

  for (const snippet of snippets.filter(({ noRun }) => !noRun)) {
    if (snippet.shared && !hasShared) it.skip(`${snippet.place} [skipped: it needs the model; set PELLUCID_SHARED]`);
    else it(snippet.place, () => execute(snippet), 180_000);
  }
});

function execute(snippet: Snippet): void {
  const result = spawnSync(process.execPath, [fileOf(snippet)], { cwd: desk, encoding: "utf8" });
  expect(result.stderr).toBe("");
  expect(result.status).toBe(0);
  if (snippet.expected === undefined) return;
  const printed = result.stdout.trimEnd().split("\n");
  const same =
    printed.length === snippet.expected.length && printed.every((line, i) => matches(line, snippet.expected![i]));
  if (!same) expect(printed).toEqual(snippet.expected);
}

describe("the reader of snippets", () => {
  it("finds blocks, their words and what they print", () => {
    const page =
      "# A\n\n```ts shared\nlog(1); // → 1\n// → two … three\n```\n\n```sh\nx\n```\n\n```ts no-run\nx();\n```\n";
    expect(readPage("a.md", page)).toEqual([
      {
        place: "a.md:4",
        code: "log(1); // → 1\n// → two … three\n",
        noRun: false,
        shared: true,
        expected: ["1", "two … three"],
      },
      { place: "a.md:13", code: "x();\n", noRun: true, shared: false, expected: undefined },
    ]);
  });

  it("compares lines, … standing for any text", () => {
    expect(matches("two (2) three", "two … three")).toBe(true);
    expect(matches("two", "two … three")).toBe(false);
    expect(matches("1+1", "1+1")).toBe(true);
    expect(matches("11", "1+1")).toBe(false);
  });
});
