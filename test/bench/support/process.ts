import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  /** From the start of the process to its first output, in milliseconds. */
  readonly firstOutputMs: number;
  /** The most memory that was resident at once, in bytes; NaN where the system doesn't tell (only Linux does here). */
  readonly peakBytes: number;
}

export interface RunSettings {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Look at the peak memory so often. Off unless given, since it takes a little time. */
  readonly watchMemoryMs?: number;
  /** Hears the last line of what the program prints, as it comes. */
  readonly onLine?: (line: string) => void;
  readonly timeoutMs?: number;
}

/**
 * Runs a program to its end.
 * @throws Error with the end of what it wrote, where it fails
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  settings: RunSettings = {},
): Promise<Finished> {
  const { cwd, env, watchMemoryMs, onLine, timeoutMs = 3_600_000 } = settings;
  const started = performance.now();
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: timeoutMs });
  const output = { stdout: "", stderr: "" };
  let firstOutputMs = NaN;
  let peakBytes = NaN;
  child.stdout.on("data", (chunk: Buffer) => {
    if (output.stdout === "") firstOutputMs = performance.now() - started;
    output.stdout += chunk.toString();
    const line = chunk.toString().trimEnd().split("\n").at(-1);
    if (line) onLine?.(line);
  });
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  const timer =
    watchMemoryMs === undefined
      ? undefined
      : setInterval(() => (peakBytes = peakOf(child) ?? peakBytes), watchMemoryMs);
  try {
    await finished(child);
  } catch (error) {
    const tail = `${output.stderr}${output.stdout}`.trimEnd().split("\n").slice(-8).join("\n");
    throw new Error(`${program} ${args.join(" ").slice(0, 300)}: ${String(error)}\n${tail}`, { cause: error });
  } finally {
    clearInterval(timer);
  }
  return { ...output, firstOutputMs, peakBytes };
}

function finished(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => {
      if (status === 0) resolve();
      else reject(new Error(`ended with ${status ?? signal ?? "?"}`));
    });
  });
}

/** `VmHWM` of a process: the kernel's own record of its peak, so that a late look still sees an early peak. */
function peakOf({ pid }: ChildProcess): number | undefined {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return found === null ? undefined : Number(found[1]) * 1024;
  } catch {
    return undefined; // not Linux, or it has ended
  }
}
