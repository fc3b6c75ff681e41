import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installPacked, type Packed, root, run } from "../support/built.ts";
import { node20 } from "../support/runtimes.ts";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  exports: Record<string, string | { types: string; default: string }>;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
};
const subpaths = Object.keys(manifest.exports)
  .filter((path) => path !== "./package.json")
  .map((path) => path.replace(/^\./, "pellucid"));

let project: string;
let packed: Packed;
beforeAll(() => {
  ({ project, packed } = installPacked());
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe("the package", () => {
  it("holds the build, its sources and the papers", () => {
    const other = packed.files.filter(
      ({ path }) =>
        !/^(dist\/(src|kernels|test)\/.*\.(js|d\.ts)(\.map)?|dist\/(cli|chunks)\/[^/]*|(src|kernels|test\/laws)\/.*\.(ts|json)|models\/.*|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(
          path,
        ),
    );
    expect(other).toEqual([]);
    for (const needed of [
      "LICENSE",
      "README.md",
      "CHANGELOG.md",
      "dist/cli/pellucid.js",
      "dist/cli/THIRD-PARTY-LICENSES",
    ]) {
      expect(packed.files.map(({ path }) => path)).toContain(needed);
    }
  });

  it("holds no binary", () => {
    const binaries = packed.files.filter(({ path }) => {
      if (path.startsWith("models/")) return false;
      return readFileSync(join(project, "node_modules/pellucid", path)).includes(0);
    });
    expect(binaries).toEqual([]);
  });

  it("runs nothing where it is installed, and needs two packages at most", () => {
    for (const script of ["preinstall", "install", "postinstall"]) expect(manifest.scripts).not.toHaveProperty(script);
    expect(existsSync(join(project, "node_modules/pellucid/binding.gyp"))).toBe(false);
    expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(2);
  });

  it.skipIf(node20.missing !== undefined && process.env.CI === undefined).each(subpaths)(
    node20.missing === undefined ? "gives Node 20 %s" : `gives Node 20 %s [skipped: ${node20.missing}]`,
    (name) => {
      const script = `import * as all from ${JSON.stringify(name)}; console.log(Object.keys(all).length)`;
      const count = run(node20.program, ["--input-type=module", "-e", script], project);
      expect(Number(count)).toBeGreaterThan(0);
    },
  );

  it.each(["nodenext", "bundler"])("has types for every subpath, resolved as %s", (resolution) => {
    const lines = subpaths.map((name, i) => `import * as m${i} from ${JSON.stringify(name)};\nvoid m${i};\n`);
    writeFileSync(join(project, "user.ts"), lines.join(""));
    const compilerOptions = {
      module: resolution === "bundler" ? "esnext" : resolution,
      moduleResolution: resolution,
      target: "es2022",
      lib: ["es2022", "esnext.disposable", "dom", "dom.asynciterable"],
      types: [],
      strict: true,
      noEmit: true,
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["user.ts"] }));
    run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", project], project);
  });

  it("loads no package, and nothing of the command, with the library", () => {
    const watcher = `import { registerHooks } from "node:module";
      registerHooks({ load(url, context, next) { console.log(url); return next(url, context); } });
      await import("pellucid");`;
    writeFileSync(join(project, "watch.mjs"), watcher);
    const loaded = run(process.execPath, ["watch.mjs"], project).trim().split("\n");
    const files = loaded.filter((url) => !url.startsWith("node:"));
    // Few files: each costs a program time and memory.
    expect(files.length).toBeGreaterThan(1);
    expect(files.length).toBeLessThan(40);
    const own = /^file:.*\/node_modules\/pellucid\/dist\/(src|chunks)\/[^/]*$/;
    expect(files.filter((url) => !own.test(url))).toEqual([]);
    const text = files.map((url) => readFileSync(fileURLToPath(url), "utf8")).join("");
    expect(text).not.toContain("/src/cli/");
    expect(text).toContain("// src/model/llama.ts");
    // What is used seldom is read on use.
    const size = files.reduce((sum, url) => sum + readFileSync(fileURLToPath(url)).length, 0);
    expect(size).toBeLessThan(2_000_000);
  });
});
