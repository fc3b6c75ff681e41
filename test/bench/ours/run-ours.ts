import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Runtime, runtimes } from "../../support/runtimes.ts";
import { root } from "../support/folders.ts";
import { type Finished, type RunSettings, runProgram } from "../support/process.ts";

/** The settings of `measure.js`. */
export interface OursSettings {
  readonly threads?: number;
  readonly kernels?: "reference" | "wasm" | undefined;
  readonly precision?: "f32" | "int8";
  readonly promptTokens?: number;
  readonly generateTokens?: number;
  readonly repetitions?: number;
  readonly depth?: number;
  readonly greedy?: boolean;
  readonly warmUp?: boolean;
}

/** Tokens per second, one value a repetition. */
export interface Rates {
  readonly prefill: readonly number[];
  readonly decode: readonly number[];
}

/** What `speed` of `measure.js` returns. */
export interface Speed extends Rates {
  readonly loadMs: number;
  readonly cacheBytes: number;
}

/** The library as it is published, or, while developing, the main module that `PELLUCID_BENCH_LIBRARY` names. */
const builtLibrary = resolve(process.env.PELLUCID_BENCH_LIBRARY ?? join(root, "dist/src/index.js"));

const ownProgram = join(import.meta.dirname, "program.js");

export const node24: Runtime = runtimes.find(({ name }) => name === "Node 24")!;

/** The runtime of that name (`"Deno"`), installed or not. */
export function runtimeNamed(name: string): Runtime {
  const found = runtimes.find((runtime) => runtime.name.startsWith(name));
  if (found === undefined) throw new RangeError(`no runtime is called ${name}`);
  return found;
}

/** How `program.js` is run: on which runtime, which library, and which copy of the program itself. */
interface HowToRun extends RunSettings {
  readonly runtime?: Runtime;
  readonly library?: string;
  readonly script?: string;
}

/** Runs `program.js` for one task, in a process of its own. */
export function runOurs(
  task: "speed" | "first-token" | "fingerprint",
  model: string,
  settings: OursSettings,
  { runtime = node24, library = builtLibrary, script = ownProgram, ...how }: HowToRun = {},
): Promise<Finished> {
  if (runtime.missing !== undefined) throw new Error(`${runtime.name}: ${runtime.missing}`);
  const args = [...runtime.args, script, pathToFileURL(library).href, task, model, JSON.stringify(settings)];
  return runProgram(runtime.program, args, how);
}

export async function measureOurs(
  model: string,
  settings: OursSettings,
  how: HowToRun = {},
): Promise<Speed & { peakBytes: number }> {
  const { stdout, peakBytes } = await runOurs("speed", model, settings, how);
  return { ...(JSON.parse(stdout) as Speed), peakBytes };
}
