import { spawnSync } from "node:child_process";
import { cpus, release, totalmem, type as systemName } from "node:os";
import { runtimes } from "../support/runtimes.ts";
import { root } from "./support/folders.ts";

/** What the table says of the machine. */
export function describeMachine(): readonly (readonly [string, string])[] {
  const processors = cpus();
  return [
    ["Processor", `${processors[0]?.model.trim() ?? "unknown"}, ${processors.length} cores`],
    ["Memory", `${(totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ["System", `${systemName()} ${release().split("-")[0]}, ${process.arch}`],
  ];
}

/** The exact version of every runtime that is installed. */
export function runtimeVersions(): Record<string, string> {
  const found = runtimes
    .filter(({ missing }) => missing === undefined)
    .map(({ name, program }) => [name, firstLine(program, ["--version"]).replace(/^\D*/, "")] as const);
  return Object.fromEntries(found);
}

/** The commit that was measured; with a mark where files of the library differ from it. */
export function commit(): string {
  const short = firstLine("git", ["rev-parse", "--short", "HEAD"]);
  const changed = firstLine("git", ["status", "--porcelain", "--", "src", "kernels"]);
  return changed === "" ? short : `${short} with changes`;
}

/** The first line that it prints, without what is in brackets at its end. */
function firstLine(program: string, args: readonly string[]): string {
  const { stdout, error } = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  return error === undefined
    ? stdout
        .split("\n")[0]
        .replace(/\s*\(.*$/, "")
        .trim()
    : "";
}
