import { parseArgs } from "node:util";
import { randomFormats, smollm2Formats } from "./models.ts";

/** What to measure and how often. */
export interface Options {
  /** Names of tests; all unless given. */
  readonly tests: readonly string[];
  readonly peers: readonly Peer[];
  readonly formats: readonly string[];
  readonly threads: readonly number[];
  /** Turns of each comparison, ours and the peer's one after the other. */
  readonly rounds: number;
  /** Measurements within one process, after one that doesn't count; their median is the turn's. */
  readonly repetitions: number;
  readonly promptTokens: number;
  readonly generateTokens: number;
  readonly depth: number;
  readonly kernels: "reference" | "wasm" | undefined;
  /** The page to write. */
  readonly output: string | undefined;
  /** Forget what was measured before. */
  readonly fresh: boolean;
  readonly help: boolean;
}

export const peers = ["llama-bench", "node-llama-cpp", "wllama"] as const;
export type Peer = (typeof peers)[number];

export const formats: readonly string[] = [...smollm2Formats, ...randomFormats];

const flags = {
  tests: { type: "string" },
  peers: { type: "string", default: peers.join(",") },
  formats: { type: "string", default: formats.join(",") },
  threads: { type: "string", default: "1,2" },
  rounds: { type: "string", default: "5" },
  repetitions: { type: "string", default: "3" },
  "prompt-tokens": { type: "string", default: "256" },
  "generate-tokens": { type: "string", default: "64" },
  depth: { type: "string", default: "4000" },
  kernels: { type: "string" },
  output: { type: "string" },
  fresh: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

export const usage = (tests: readonly (readonly [name: string, what: string])[]): string => `npm run bench -- [options]
Measures this library against other engines on this machine, in turns, and writes the table in docs/performance.md.
  --tests A,B        of: ${tests.map(([name, what]) => `${name} (${what})`).join(",\n                     ")}
  --peers A,B        of: ${peers.join(", ")}
  --formats A,B      of: ${formats.join(", ")}
  --threads 1,2      thread counts
  --rounds N         turns of each comparison (${flags.rounds.default})
  --repetitions N    measurements in each turn, their median counts (${flags.repetitions.default})
  --prompt-tokens N  --generate-tokens N  --depth N   (${flags["prompt-tokens"].default}, ${flags["generate-tokens"].default}, ${flags.depth.default})
  --kernels K        reference or wasm instead of the default
  --output FILE      the page to write (docs/performance.md)
  --fresh            forget rows of earlier runs; without it, a run replaces only the rows that it measures
Environment: PELLUCID_BENCH_CACHE (peers, models, results; .cache/bench), PELLUCID_BENCH_MODEL (SmolLM2 in Q4_1),
LLAMA_BENCH and LLAMA_QUANTIZE (programs to use instead of building them), CHROMIUM.
`;

/** @throws TypeError for an unknown option, RangeError for a bad value, in one line */
export function readOptions(args: readonly string[], tests: readonly string[]): Options {
  const { values } = parseArgs({ args: [...args], options: flags, strict: true });
  const { kernels } = values;
  if (kernels !== undefined && kernels !== "reference" && kernels !== "wasm") {
    throw new RangeError(`--kernels must be reference or wasm, not ${kernels}`);
  }
  return {
    tests: values.tests === undefined ? tests : list("tests", values.tests, tests),
    peers: list("peers", values.peers, peers),
    formats: list("formats", values.formats, formats),
    threads: values.threads.split(",").map((text) => count("threads", text, 1)),
    rounds: count("rounds", values.rounds, 1),
    repetitions: count("repetitions", values.repetitions, 1),
    promptTokens: count("prompt-tokens", values["prompt-tokens"], 1),
    generateTokens: count("generate-tokens", values["generate-tokens"], 1),
    depth: count("depth", values.depth, 1),
    kernels,
    output: values.output,
    fresh: values.fresh,
    help: values.help,
  };
}

function list<T extends string>(name: string, text: string, allowed: readonly T[]): T[] {
  return text.split(",").map((item) => {
    const found = allowed.find((value) => value === item);
    if (found === undefined) throw new RangeError(`--${name}: "${item}" is none of ${allowed.join(", ")}`);
    return found;
  });
}

function count(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < least) {
    throw new RangeError(`--${name} must be a whole number from ${least}, not "${text}"`);
  }
  return value;
}
