import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The checkout. */
export const root = join(import.meta.dirname, "../..");

/** @throws Error where `dist/` is missing or older than a source, so that no test speaks of another package */
export function assertBuilt(): void {
  const stamp = join(root, "dist/.built");
  if (!existsSync(stamp)) throw new Error("the package is not built: npm run build");
  const built = statSync(stamp).mtimeMs;
  const files = ["package.json", "tsconfig.json", "tsconfig.build.json"];
  for (const top of ["src", "kernels", "test/laws", "scripts"]) {
    for (const name of readdirSync(join(root, top), { recursive: true, encoding: "utf8" })) {
      if (/\.[jt]s$/.test(name) && !/(^|\/)build\//.test(name)) files.push(`${top}/${name}`);
    }
  }
  const newer = files.find((name) => statSync(join(root, name)).mtimeMs > built);
  if (newer !== undefined) throw new Error(`the build is older than ${newer}: npm run build`);
}

/** What `npm pack` says of the package. */
export interface Packed {
  readonly filename: string;
  readonly files: readonly { path: string; size: number; mode: number }[];
}

/**
 * A project of a user's in a temporary folder, with the package installed from its tarball. Nothing comes from the network:
 * packages that it depends on are copied from the checkout.
 */
export function installPacked(): { project: string; packed: Packed } {
  assertBuilt();
  const project = mkdtempSync(join(tmpdir(), "pellucid-user-"));
  const [packed] = JSON.parse(
    run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", project], root),
  ) as Packed[];
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "pellucid"), { recursive: true });
  run("tar", ["-xzf", packed.filename, "-C", "node_modules/pellucid", "--strip-components=1"], project);
  for (const name of ["@huggingface/jinja", "fast-check", "pure-rand"]) {
    cpSync(join(root, "node_modules", name), join(modules, name), { recursive: true });
  }
  const manifest = { name: "user", private: true, type: "module", dependencies: { pellucid: "*" } };
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  return { project, packed };
}

/** Runs a program to its end and returns its standard output. */
export function run(program: string, args: readonly string[], cwd: string, input = ""): string {
  const result = spawnSync(program, args, { cwd, input, encoding: "utf8", shell: false, maxBuffer: 1 << 26 });
  if (result.error) throw result.error;
  if (result.status !== 0)
    throw new Error(`${program} ${args.join(" ")} ended with ${result.status}:\n${result.stderr}${result.stdout}`);
  return result.stdout;
}
