import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { sharedFolder } from "../support/shared-folder.ts";

/** How a run of the command ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const entry = join(import.meta.dirname, "../../src/cli/main.ts");

/** A small random LLaMA without a vocabulary, and a real model. */
export const tinyModel = join(sharedFolder, "golden/architectures/llama-dense.F32.gguf");

/** Starts the command from source. */
export function startCommand(args: readonly string[]): ChildProcess {
  const env = { ...process.env, PELLUCID_DEBUG: undefined };
  return spawn(process.execPath, [entry, ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
}

/** Runs the command with some standard input, to its end. */
export function runCommand(args: readonly string[], input: string | Uint8Array = ""): Promise<Ended> {
  const child = startCommand(args);
  child.stdin?.on("error", () => undefined); // it may end before it reads
  child.stdin?.end(input);
  return ended(child);
}

/** Waits for a command's end. */
export function ended(child: ChildProcess): Promise<Ended> {
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}

/** Runs it and reads what it printed as JSON. @throws where it failed */
export async function runForJson(args: readonly string[], input?: unknown): Promise<unknown> {
  const { code, stdout, stderr } = await runCommand(args, input === undefined ? "" : JSON.stringify(input));
  if (code !== 0 || stderr !== "") throw new Error(`exit code ${String(code)}: ${stderr}`);
  return JSON.parse(stdout);
}
