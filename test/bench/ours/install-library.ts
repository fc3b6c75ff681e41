import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cached, root } from "../support/folders.ts";

/** What `runOurs` runs: its program, and the main module of the library. */
export interface Installed {
  readonly script: string;
  readonly library: string;
}

/**
 * Copies the built package to where a program has it, into the `node_modules` beside it, and the program too. Deno parses
 * the modules of a program when it first runs them, and keeps the memory that this took; those of a package, which it
 * knows by the program's `package.json`, it does not parse.
 */
export function installLibrary(): Installed {
  const folder = cached("installed");
  rmSync(folder, { recursive: true, force: true });
  const target = join(folder, "node_modules/pellucid");
  mkdirSync(target, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  for (const name of ["program.js", "measure.js"]) cpSync(join(import.meta.dirname, name), join(folder, name));
  for (const name of ["package.json", "dist"]) cpSync(join(root, name), join(target, name), { recursive: true });
  return { script: join(folder, "program.js"), library: join(target, "dist/src/index.js") };
}
