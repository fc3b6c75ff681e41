import type * as NodeOs from "node:os";

/** The part of Node's `process` that Node, Deno and Bun share. */
interface Process {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly pid?: number;
  readonly kill?: (pid: number, signal: number) => unknown;
  readonly getBuiltinModule?: (name: string) => unknown;
}

const { process } = globalThis as unknown as { process?: Process };

/** An environment variable; undefined where it is not set, empty, or may not be read. */
export function environmentVariable(name: string): string | undefined {
  try {
    const value = process?.env?.[name];
    return value === "" ? undefined : value;
  } catch {
    return undefined; // Deno without the permission to read it
  }
}

/** The user's home folder. @throws Error in a browser */
export async function homeFolder(): Promise<string> {
  return (await os()).homedir();
}

/** What identifies this process among those that share a disk. */
export async function processIdentity(): Promise<{ readonly host: string; readonly pid: number }> {
  return { host: (await os()).hostname(), pid: process?.pid ?? 0 };
}

/** Whether a process of this host runs; true where that can't be known. */
export function isProcessAlive(pid: number): boolean {
  try {
    process?.kill?.(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== "ESRCH";
  }
}

function os(): Promise<typeof NodeOs> {
  return import("node:os");
}
