import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "./process.ts";

/**
 * Installs what a peer's `package.json` and lock name, unless it is there, without running anybody's install script.
 * @param extra packages beside them, with versions
 */
export async function npmInstall(folder: string, extra: readonly string[] = []): Promise<void> {
  const stamp = join(folder, "node_modules/.installed");
  const wanted = `${readFileSync(join(folder, "package-lock.json"), "utf8")}${extra.join("\n")}`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const quiet = "--no-save --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error".split(" ");
  // npm names its own script to what it runs; `npm` alone would be a batch file on Windows, which spawn refuses.
  const npm = process.env.npm_execpath;
  const [program, before] = npm?.endsWith(".js") === true ? [process.execPath, [npm]] : ["npm", []];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name)));
  await runProgram(program, [...before, "install", ...quiet, ...extra], { cwd: folder, env });
  writeFileSync(stamp, wanted);
}

/** The version that a package in a folder's `node_modules` says it is. */
export function installedVersion(folder: string, name: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
