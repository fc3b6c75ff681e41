import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * Bundles the library into `dist/`: a file for each subpath of the package and for each of `modules`, which the command
 * imports, all over shared chunks, so that a program opens few files and every class exists once. (As one file a source,
 * loading took three times as long and 20 MB of memory.) What is imported only on use is a chunk of its own.
 */
export async function bundleLibrary(root, modules) {
  const { dependencies, exports, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const subpaths = Object.values(exports).flatMap(({ default: file }) => (file === undefined ? [] : [sourceOf(file)]));
  await build({
    absWorkingDir: root,
    entryPoints: [...new Set([...subpaths, ...modules])],
    outbase: ".",
    outdir: "dist",
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    platform: "neutral",
    target: "es2022",
    external: [...Object.keys({ ...dependencies, ...peerDependencies }), "node:*"],
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    logLevel: "warning",
  });
}

/** `./dist/src/index.js` is made of `src/index.ts`. */
function sourceOf(file) {
  return file.replace("./dist/", "").replace(/\.js$/, ".ts");
}
