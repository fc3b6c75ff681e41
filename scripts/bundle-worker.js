/**
 * Bundles the thread of the plan, `src/plan/worker.ts`, into a string in `src/plan/build/worker-code.ts`, from which the
 * package starts workers without looking for a file.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

export async function bundleWorker(root) {
  const { outputFiles } = await build({
    entryPoints: [join(root, "src/plan/worker.ts")],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    external: ["node:*"],
    logLevel: "warning",
  });
  const folder = join(root, "src/plan/build");
  mkdirSync(folder, { recursive: true });
  const code = JSON.stringify(outputFiles[0].text);
  writeFileSync(
    join(folder, "worker-code.ts"),
    `/** Made by scripts/bundle-worker.js from src/plan/worker.ts. */\nexport const workerCode: string =\n  ${code};\n`,
  );
}
