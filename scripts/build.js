/**
 * Builds the package into `dist/`: the WebAssembly modules, the library with its declarations, the command.
 * Plain JavaScript, because `npm ci` runs it and may do so on a Node without type stripping.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleCommand } from "./bundle-command.js";
import { bundleLibrary } from "./bundle-library.js";
import { bundlePage } from "./bundle-page.js";
import { bundleWorker } from "./bundle-worker.js";
import { embedModel } from "./embed-model.js";

const root = join(import.meta.dirname, "..");

/** Runs one of the tools with this Node; its output appears only where it fails. */
function step(name, script, ...args) {
  const result = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, encoding: "utf8" });
  if (result.status === 0) return;
  process.stderr.write(`build: ${name} failed\n${result.stdout}${result.stderr}${result.error ?? ""}\n`);
  process.exit(1);
}

/**
 * Declarations keep the `.ts` of relative imports, which TypeScript rewrites in the JavaScript only; `.js` finds the
 * declaration under every setting of a user's compiler.
 */
function rewriteDeclarations(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith(".d.ts")) continue;
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/\b(from |import\(|import )"(\.{1,2}\/[^"]*)\.ts"/g, '$1"$2.js"'));
  }
}

const started = new Date();
rmSync(join(root, "dist"), { recursive: true, force: true });
step("WebAssembly", "scripts/build-wasm.js");
embedModel(root);
await bundleWorker(root);
const pageInputs = await bundlePage(root);
step("declarations", "node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json");
rewriteDeclarations(join(root, "dist"));
await bundleLibrary(root, await bundleCommand(root, pageInputs));

// Tests of the built package compare this file's time with the sources', to refuse a stale build.
writeFileSync(join(root, "dist/.built"), "");
utimesSync(join(root, "dist/.built"), started, started);
