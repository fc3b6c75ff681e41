import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Installs what `test/runtime/package.json` names (Node 20 and 22, Deno, Bun), unless it is there already. None of it is
 * linked into a `bin` folder. A failure is one line of warning: the tests of those runtimes then skip with the reason.
 */
export function installRuntimes(root) {
  const folder = join(root, "test/runtime");
  if (!existsSync(join(folder, "package-lock.json"))) return;
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  const installed = join(folder, "node_modules/.installed");
  if (existsSync(installed) && readFileSync(installed, "utf8") === lock) return;
  const options = [
    ..."ci --ignore-scripts --no-bin-links --no-audit --no-fund --loglevel=error".split(" "),
    // Without a network, say so within seconds.
    ..."--fetch-retries=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 --fetch-timeout=60000".split(" "),
  ];
  // npm names its own script to what it runs; `npm` alone would be a batch file on Windows, which spawn refuses.
  const npm = process.env.npm_execpath;
  const [command, before] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const result = spawnSync(command, [...before, ...options], {
    cwd: folder,
    encoding: "utf8",
    env: plainEnvironment(),
  });
  if (result.status === 0) writeFileSync(installed, lock);
  else
    process.stderr.write(
      `note: the runtimes of test/runtime are not installed, their tests will skip: ${reason(result)}\n`,
    );
}

/** The environment without the settings that the outer npm passes down, such as where it installs. */
function plainEnvironment() {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^npm_config_(prefix|local_prefix|global_prefix|global|workspace|workspaces|include|omit)$/i.test(name),
  );
  return Object.fromEntries(kept);
}

function reason({ stderr, error }) {
  return error?.message ?? stderr.split("\n").find((line) => line.trim()) ?? "npm ci failed";
}
