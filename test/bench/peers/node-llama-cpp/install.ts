import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installedVersion, npmInstall } from "../../support/npm.ts";
import { type Finished, runProgram } from "../../support/process.ts";

const folder = import.meta.dirname;

/** The package with the binary for the processor, by platform. The others are for graphics cards, and large. */
const binaries: Readonly<Partial<Record<string, string>>> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-arm64": "mac-arm64-metal",
  "darwin-x64": "mac-x64",
  "win32-x64": "win-x64",
  "win32-arm64": "win-arm64",
};

/**
 * Installs node-llama-cpp into its folder, with only the binary for this machine's processor.
 * @returns its version, and that of the llama.cpp within
 */
export async function installNodeLlamaCpp(onProgress: (text: string) => void): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const binary = binaries[platform];
  if (binary === undefined) throw new Error(`node-llama-cpp has no prebuilt binary for ${platform}`);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  onProgress("node-llama-cpp: installing");
  await npmInstall(folder, [`@node-llama-cpp/${binary}@${manifest.dependencies["node-llama-cpp"]}`]);
  const release = JSON.parse(
    readFileSync(join(folder, "node_modules/node-llama-cpp/llama/binariesGithubRelease.json"), "utf8"),
  ) as { release: string };
  return `${installedVersion(folder, "node-llama-cpp")} (llama.cpp ${release.release})`;
}

export interface NodeLlamaCppSettings {
  readonly threads: number;
  /** Of the model: where the random prompt's tokens come from. */
  readonly vocabularySize: number;
  readonly promptTokens?: number;
  readonly generateTokens?: number;
  readonly repetitions?: number;
}

/** Runs `measure.js` in a process of its own, on the Node that runs this. */
export function nodeLlamaCppProgram(
  task: "speed" | "first-token",
  model: string,
  settings: NodeLlamaCppSettings,
): Promise<Finished> {
  return runProgram(process.execPath, [join(folder, "measure.js"), task, model, JSON.stringify(settings)]);
}

/** Tokens per second, one value a repetition. */
export async function measureNodeLlamaCpp(
  model: string,
  settings: NodeLlamaCppSettings,
): Promise<{ loadMs: number; prefill: number[]; decode: number[] }> {
  const { stdout } = await nodeLlamaCppProgram("speed", model, settings);
  return JSON.parse(stdout) as { loadMs: number; prefill: number[]; decode: number[] };
}
