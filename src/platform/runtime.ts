/** The parts of the global objects of Node, Deno and Bun that are used, each missing on some of them. */
interface Globals {
  Bun?: { version: string };
  Deno?: { version: { deno: string } };
  process?: {
    versions?: { node?: string };
    getBuiltinModule?: (name: string) => unknown;
    memoryUsage?: () => { rss: number };
    resourceUsage?: () => { maxRSS: number };
  };
  navigator?: { hardwareConcurrency?: number; userAgent?: string };
}

const globals = globalThis as unknown as Globals;

/** Where the program runs. */
export interface Runtime {
  readonly name: "node" | "deno" | "bun" | "browser";
  readonly version: string;
}

/** Bun and Deno also have a `process` that looks like Node's, so they are asked for first. */
export function runtime(): Runtime {
  const { Bun, Deno, process, navigator } = globals;
  if (Bun !== undefined) return { name: "bun", version: Bun.version };
  if (Deno !== undefined) return { name: "deno", version: Deno.version.deno };
  if (process?.versions?.node !== undefined) return { name: "node", version: process.versions.node };
  return { name: "browser", version: navigator?.userAgent ?? "unknown" };
}

/** `"node"`, `"deno"`, `"bun"` or `"browser"`. */
export function runtimeName(): Runtime["name"] {
  return runtime().name;
}

/** How many threads can run at the same time, at least 1. */
export function availableProcessors(): number {
  const os = globals.process?.getBuiltinModule?.("node:os") as { availableParallelism?: () => number } | undefined;
  return Math.max(1, os?.availableParallelism?.() ?? globals.navigator?.hardwareConcurrency ?? 1);
}

/** Memory of this process in bytes; undefined where the runtime does not tell. */
export interface ProcessMemory {
  /** What is in memory now (resident set size). */
  readonly current: number | undefined;
  /** The most that ever was. */
  readonly peak: number | undefined;
}

/** Current and peak memory of this process. */
export function processMemory(): ProcessMemory {
  const { process } = globals;
  return {
    current: attempt(() => process?.memoryUsage?.().rss),
    peak: attempt(() => {
      const usage = process?.resourceUsage?.();
      return usage === undefined ? undefined : usage.maxRSS * 1024;
    }),
  };
}

/** Milliseconds from some fixed moment, with a fraction, never going back. */
export function now(): number {
  return performance.now();
}

/** Some runtimes have a function only to throw "not implemented". */
function attempt(measure: () => number | undefined): number | undefined {
  try {
    return measure();
  } catch {
    return undefined;
  }
}
