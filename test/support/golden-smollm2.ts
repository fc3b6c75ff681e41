import { readFileSync } from "node:fs";
import { shared } from "./shared.ts";

/** One prompt of `greedy.json`: what llama.cpp's F32 run answers, with each step's distance to the runner-up. */
export interface GreedyCase {
  readonly name: string;
  readonly prompt: string;
  readonly prompt_tokens: number[];
  readonly greedy: number[];
  readonly margin: number[];
  readonly output: string;
}

export function greedyCases(): GreedyCase[] {
  return JSON.parse(readFileSync(shared("golden/smollm2/greedy.json"), "utf8")) as GreedyCase[];
}

/** 512 tokens of a licence with llama.cpp's F32 results at every position. */
export function forcedCase() {
  const meta = JSON.parse(readFileSync(shared("golden/smollm2/forced.json"), "utf8")) as {
    tokens: number[];
    topk: number;
    full_positions: number[];
    mean_nll: number;
    perplexity: number;
    llama_cpp_quantized: { mean_kl: number };
  };
  return {
    ...meta,
    /** [positions, topk], descending */
    logprobs: float32File(shared("golden/smollm2/forced.logprobs.f32")),
    /** [positions, topk] */
    ids: new Int32Array(float32File(shared("golden/smollm2/forced.ids.i32")).buffer),
    /** [full_positions, vocabulary] */
    logits: float32File(shared("golden/smollm2/forced.logits.f32")),
  };
}

/** A file of little-endian single-precision numbers. */
export function float32File(path: string): Float32Array {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/**
 * The number of leading tokens that must agree: greedy decoding is decided only while the two likeliest tokens are
 * further apart than the arithmetic's difference.
 */
export function decidedLength(margins: readonly number[], margin: number): number {
  const close = margins.findIndex((m) => m < margin);
  return close < 0 ? margins.length : close;
}
