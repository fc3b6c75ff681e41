/**
 * Bundles the code of the page that `pellucid trace` writes, `src/cli/trace/page/main.ts`, with the chart library into a
 * string in `src/cli/trace/build/page-code.ts`, beside the licences of what is in it.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { licences } from "./licences.js";

export async function bundlePage(root) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["src/cli/trace/page/main.ts"],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    legalComments: "none",
    charset: "utf8",
    metafile: true,
    logLevel: "warning",
  });
  const inputs = Object.keys(metafile.inputs);
  const text = [
    "/** Made by scripts/bundle-page.js from src/cli/trace/page/. */",
    `export const pageCode: string = ${JSON.stringify(outputFiles[0].text)};`,
    `export const pageLicences: string = ${JSON.stringify(licences(root, inputs, "This page"))};`,
  ];
  const folder = join(root, "src/cli/trace/build");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "page-code.ts"), `${text.join("\n")}\n`);
  return inputs;
}
