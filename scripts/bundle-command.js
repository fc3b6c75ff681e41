import { readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { build } from "esbuild";
import { licences } from "./licences.js";

/**
 * Bundles `src/cli/main.ts` with the packages that only the command needs into `dist/cli/`. The library is not copied
 * into it: imports of `src/` and `kernels/` become imports of `dist/src/` and `dist/kernels/`, which lie one level up from
 * `dist/cli/` as the sources lie up from `src/cli/`. Each command is a chunk of its own, loaded when it is called.
 * `pageInputs` are the files in the code of the page that `trace` writes. Returns the library's modules that it imports.
 */
export async function bundleCommand(root, pageInputs) {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const modules = new Set();
  const result = await build({
    absWorkingDir: root,
    entryPoints: { pellucid: "src/cli/main.ts" },
    outdir: "dist/cli",
    bundle: true,
    splitting: true,
    chunkNames: "[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20",
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    external: Object.keys(dependencies),
    // Packages in CommonJS that end up in the bundle ask for Node's own modules through `require`.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
    },
    plugins: [libraryOutside(root, modules)],
  });
  const entry = join(root, "dist/cli/pellucid.js");
  const code = readFileSync(entry, "utf8").replace(/^#!.*\n/, "");
  writeFileSync(entry, `#!/usr/bin/env node\n${code}`, { mode: 0o755 });
  const inputs = [...Object.keys(result.metafile.inputs), ...pageInputs];
  writeFileSync(join(root, "dist/cli/THIRD-PARTY-LICENSES"), licences(root, inputs, "The command in this folder"));
  return modules;
}

/** Leaves the library out of the bundle, at its place in `dist/`, and notes which of its modules are imported. */
function libraryOutside(root, modules) {
  const command = join(root, "src/cli") + sep;
  return {
    name: "library-outside",
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, resolveDir }) => {
        const target = join(resolveDir, path);
        if (target.startsWith(command) || target.includes(`${sep}node_modules${sep}`)) return undefined;
        modules.add(relative(root, target).split(sep).join("/"));
        const built = join(root, "dist", relative(root, target)).replace(/\.ts$/, ".js");
        const fromBundle = relative(join(root, "dist/cli"), built).split(sep).join("/");
        return { path: fromBundle, external: true };
      });
    },
  };
}
