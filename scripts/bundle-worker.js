/**
 * Bundles the threads, those that walk a plan, convert weights and train, into strings in a folder `build` beside
 * each, from which the package starts workers without looking for a file.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const folders = ["src/plan", "src/compress/quantize", "src/compress/train"];

export async function bundleWorker(root) {
  for (const folder of folders) await bundle(root, folder);
}

async function bundle(root, folder) {
  const { outputFiles } = await build({
    entryPoints: [join(root, folder, "worker.ts")],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    external: ["node:*"],
    logLevel: "warning",
  });
  mkdirSync(join(root, folder, "build"), { recursive: true });
  const code = JSON.stringify(outputFiles[0].text);
  writeFileSync(
    join(root, folder, "build/worker-code.ts"),
    `/** Made by scripts/bundle-worker.js from ${folder}/worker.ts. */\nexport const workerCode: string =\n  ${code};\n`,
  );
}
