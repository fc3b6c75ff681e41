import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { build } from "esbuild";

/**
 * Bundles `src/cli/main.ts` with the packages that only the command needs into `dist/cli/`. The library is not copied
 * into it: imports of `src/` and `kernels/` become imports of `dist/src/` and `dist/kernels/`, which lie one level up from
 * `dist/cli/` as the sources lie up from `src/cli/`. Each command is a chunk of its own, loaded when it is called.
 */
export async function bundleCommand(root) {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
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
    plugins: [libraryOutside(root)],
  });
  const entry = join(root, "dist/cli/pellucid.js");
  const code = readFileSync(entry, "utf8").replace(/^#!.*\n/, "");
  writeFileSync(entry, `#!/usr/bin/env node\n${code}`, { mode: 0o755 });
  writeFileSync(join(root, "dist/cli/THIRD-PARTY-LICENSES"), licences(root, Object.keys(result.metafile.inputs)));
}

/** Leaves the library out of the bundle, at its place in `dist/`. */
function libraryOutside(root) {
  const command = join(root, "src/cli") + sep;
  return {
    name: "library-outside",
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, resolveDir }) => {
        const target = join(resolveDir, path);
        if (target.startsWith(command) || target.includes(`${sep}node_modules${sep}`)) return undefined;
        const built = join(root, "dist", relative(root, target)).replace(/\.ts$/, ".js");
        const fromBundle = relative(join(root, "dist/cli"), built).split(sep).join("/");
        return { path: fromBundle, external: true };
      });
    },
  };
}

/** The licence texts of the packages that files of `inputs` came from. */
function licences(root, inputs) {
  const packages = new Set();
  for (const input of inputs) {
    const inside = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (inside) packages.add(inside[1]);
  }
  const parts = [...packages].sort().map((folder) => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const by = typeof author === "string" ? author : author?.name;
    const text = file
      ? readFileSync(join(root, folder, file), "utf8").trim()
      : `Licence: ${license}; by ${by ?? "its authors"}`;
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  const head = `The command in this folder contains code of these packages:\n${[...packages]
    .sort()
    .map((f) => `- ${f.replace(/^.*node_modules\//, "")}\n`)
    .join("")}`;
  return [head, ...parts].join(`\n${"-".repeat(80)}\n\n`);
}
