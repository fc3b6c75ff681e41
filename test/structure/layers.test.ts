import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { findViolations } from "./layers.ts";

const root = join(import.meta.dirname, "../..");

/** Lays out `files` in a folder inside the checkout, so that packages resolve, and returns the rules they break. */
async function brokenBy(files: Record<string, string>): Promise<string[]> {
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache/structure-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const tops = [...new Set(Object.keys(files).map((name) => name.split("/")[0]))].filter((top) => !top.includes("."));
    return (await findViolations(folder, tops)).map((line) => line.split(":")[0]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the layers", () => {
  it("hold", async () => {
    expect(await findViolations(root, ["src", "kernels", "test/laws"])).toEqual([]);
  });

  it.each([
    [
      "an import of a lower layer",
      { "src/gguf/a.ts": 'import { b } from "../model/b.ts";\nb();', "src/model/b.ts": "export function b() {}" },
      "src/gguf imports only what is above it",
    ],
    [
      "an import of a type of a lower layer",
      {
        "src/gguf/a.ts": 'import type { B } from "../cli/b.ts";\nexport type A = B;',
        "src/cli/b.ts": "export type B = 1;",
      },
      "src/gguf imports only what is above it",
    ],
    [
      "a kernel that imports the library",
      { "kernels/formats/a.ts": 'import "../../src/errors.ts";', "src/errors.ts": "export {};" },
      "kernels/formats imports only what is above it",
    ],
    [
      "a platform that imports a tensor",
      { "src/platform/a.ts": 'import "../tensor/b.ts";', "src/tensor/b.ts": "export {};" },
      "src/platform imports only what is above it",
    ],
    [
      "a cycle of types",
      {
        "src/model/a.ts": 'import type { B } from "./b.ts";\nexport type A = B[];',
        "src/model/b.ts": 'import type { A } from "./a.ts";\nexport type B = A[];',
      },
      "no cycles",
    ],
    ["Node in the library", { "src/gguf/a.ts": 'import "node:fs";' }, "only src/platform and src/cli know a runtime"],
    ["Node in a kernel", { "kernels/reference/a.ts": 'import "fs";' }, "only src/platform and src/cli know a runtime"],
    ["Bun in the library", { "src/gguf/a.ts": 'import "bun:ffi";' }, "only src/platform and src/cli know a runtime"],
    ["a loaded Deno module", { "src/gguf/a.ts": 'export const a = import("jsr:@std/fs");' }, "every import is there"],
    ["a package", { "src/model/a.ts": 'import "esbuild";' }, "no package from outside but in its place"],
    [
      "the command's package in the library",
      { "src/model/a.ts": 'import "commander";' },
      "commander only in its place",
    ],
    ["a new folder", { "src/utils/a.ts": 'import "./b.ts";', "src/utils/b.ts": "" }, "everything belongs to a layer"],
    [
      "test code",
      { "src/model/a.ts": 'import "../../test/b.ts";', "test/b.ts": "" },
      "the product imports only itself",
    ],
    [
      "vitest in a law",
      { "test/laws/a.ts": 'import "vitest";' },
      "the published laws need only fast-check and an assertion",
    ],
  ])("refuse %s", async (_, files: Record<string, string>, rule) => {
    expect(await brokenBy(files)).toContain(rule);
  });

  it("let pass what keeps them", async () => {
    const files = {
      "kernels/formats/index.ts": "export const a = 1;",
      "src/platform/index.ts": 'import "node:fs";\nimport "../errors.ts";',
      "src/errors.ts": "export {};",
      "src/model/index.ts":
        'import "../../kernels/formats/index.ts";\nimport "../platform/index.ts";\nimport "./b.ts";',
      "src/model/b.ts": 'import type {} from "../gguf/index.ts";',
      "src/gguf/index.ts": "export {};",
      "src/index.ts": 'export * from "./model/index.ts";',
      "src/cli/main.ts": 'import "commander";\nimport "../index.ts";\nimport "node:path";',
      "test/laws/index.ts": 'import "fast-check";\nimport "../../src/index.ts";',
    };
    expect(await brokenBy(files)).toEqual([]);
  });
});
