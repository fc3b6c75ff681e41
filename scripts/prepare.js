/**
 * What `npm ci` does in a checkout after installing: builds the package, and fetches the runtimes that the tests run it
 * on, so that no test needs the network. Users of the published package run nothing.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { installRuntimes } from "./install-runtimes.js";

const root = join(import.meta.dirname, "..");
const build = spawnSync(process.execPath, [join(root, "scripts/build.js")], { cwd: root, stdio: "inherit" });
if (build.status !== 0) process.exit(1);
installRuntimes(root);
