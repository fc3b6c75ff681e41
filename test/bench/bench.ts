import type { LlamaCpp } from "./peers/llama-bench.ts";
import type { Options } from "./options.ts";
import type { Row } from "./support/row.ts";

/** What a test gets. */
export interface Bench {
  readonly options: Options;
  /** Says what is being done now. */
  step(text: string): void;
  /** Keeps a row, and shows it. */
  add(row: Row): void;
  /** Notes the version of something that took part. */
  version(name: string, version: string): void;
  /** llama-bench and llama-quantize, built at the first call. */
  llamaCpp(): Promise<LlamaCpp>;
  /** The path of a model in a format: SmolLM2, or the random LLaMA for K formats. */
  model(format: string): Promise<string>;
}

/** A test: some rows of the table under one title. */
export interface Test {
  readonly name: string;
  readonly title: string;
  /** @throws Skipped where it can't run here */
  run(bench: Bench): Promise<void>;
}

/** Why a test can't run on this machine. */
export class Skipped extends Error {}

/** How a model is called in the table. */
export function modelName(format: string): string {
  return `${/_K/.test(format) ? "random LLaMA" : "SmolLM2"} ${format}`;
}

export function threadsName(threads: number): string {
  return threads === 1 ? "1 thread" : `${threads} threads`;
}
