import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** A runtime by name, and how to call it with a script; `missing` says why it can't be called. */
export interface Runtime {
  readonly name: string;
  readonly program: string;
  /** What comes before the script's path. */
  readonly args: readonly string[];
  readonly missing?: string;
}

const modules = join(import.meta.dirname, "../runtime/node_modules");

/** The first file that is there of `folders/…/file`, where a folder ends with `*`, or undefined. */
function find(folder: string, prefix: string, file: string): string | undefined {
  const parent = join(modules, folder);
  if (!existsSync(parent)) return undefined;
  const names = readdirSync(parent).filter((name) => name.startsWith(prefix));
  return names.map((name) => join(parent, name, file)).find((path) => existsSync(path));
}

function installed(name: string, program: string | undefined, args: readonly string[]): Runtime {
  const missing = program === undefined ? "not installed: npm run prepare fetches it into test/runtime" : undefined;
  return { name, program: program ?? "", args, ...(missing === undefined ? {} : { missing }) };
}

const exe = process.platform === "win32" ? ".exe" : "";

/** Node 20, the oldest that the package supports. */
export const node20 = installed("Node 20", find("", "node-20-", `bin/node${exe}`), []);

/** All five that the package is tested on. */
export const runtimes: readonly Runtime[] = [
  node20,
  installed("Node 22", find("", "node-22-", `bin/node${exe}`), []),
  installed("Node 24", process.execPath, []),
  installed("Deno 2", find("@deno", "", `deno${exe}`), [
    "run",
    "--no-remote",
    "--allow-read",
    "--allow-env",
    "--allow-sys",
  ]),
  installed("Bun 1", find("@oven", "bun-", `bin/bun${exe}`), ["run"]),
];
