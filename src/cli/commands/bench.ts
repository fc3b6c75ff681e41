import type { Command } from "commander";
import type { LanguageModel } from "../../index.ts";
import { processMemory } from "../../platform/index.ts";
import { createRandom, createSampler } from "../../sampling/index.ts";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { type ModelFlags, addExamples, addModelOptions, wholeNumber } from "../options.ts";
import { writeJson } from "../output.ts";

interface Flags extends ModelFlags {
  readonly promptTokens: number;
  readonly generateTokens: number;
  readonly repetitions: number;
  readonly depth: number;
  readonly sample?: boolean;
}

/** `pellucid bench`: speed as llama-bench measures it. */
export function define(command: Command): void {
  addModelOptions(command)
    .option("--prompt-tokens <N>", "random tokens of the prompt", wholeNumber(0), 256)
    .option("--generate-tokens <N>", "tokens to decode", wholeNumber(0), 64)
    .option("--repetitions <N>", "how often to measure, after one run that does not count", wholeNumber(1), 5)
    .option("--depth <D>", "tokens in the cache before decoding begins", wholeNumber(0), 0)
    .option("--sample", "choose each token with the default samplers; otherwise it is random")
    .option("--json", "JSON is what it prints anyway");
  addExamples(
    command,
    "pellucid bench model.gguf",
    "pellucid bench model.gguf --threads 1 --prompt-tokens 32 --generate-tokens 16 --repetitions 3",
  ).action(run);
}

async function run(source: string | undefined, flags: Flags): Promise<void> {
  const { signal, release } = interruptible();
  const { model, loadMs } = await loadFor(source, flags, signal);
  try {
    const prefill: number[] = [];
    const decode: number[] = [];
    // The first round warms up.
    for (let round = 0; round <= flags.repetitions; round++) {
      const speeds = [await measurePrefill(model, flags, signal), await measureDecode(model, flags, signal)] as const;
      if (round === 0) continue;
      prefill.push(speeds[0]);
      decode.push(speeds[1]);
    }
    await writeJson({
      load_ms: loadMs,
      prefill_tokens_per_second: summary(prefill),
      decode_tokens_per_second: summary(decode),
      peak_memory_bytes: processMemory().peak ?? null,
    });
  } finally {
    release();
    await model.close();
  }
}

/** A prompt into an empty cache, with the last token's logits. Tokens per second. */
async function measurePrefill(model: LanguageModel, { promptTokens }: Flags, signal: AbortSignal): Promise<number> {
  if (promptTokens === 0) return 0;
  const tokens = randomTokens(model, promptTokens);
  const context = model.createContext({ contextLength: promptTokens });
  try {
    const started = performance.now();
    await context.forward(tokens, { outputs: "last", signal });
    return (1000 * promptTokens) / (performance.now() - started);
  } finally {
    await context.close();
  }
}

/** Token by token after `depth` others, the logits of each. Tokens per second. */
async function measureDecode(model: LanguageModel, flags: Flags, signal: AbortSignal): Promise<number> {
  const { generateTokens, depth } = flags;
  if (generateTokens === 0) return 0;
  const tokens = randomTokens(model, depth + generateTokens);
  const sampler = flags.sample === true ? createSampler({ seed: 1 }) : undefined;
  const context = model.createContext({ contextLength: tokens.length });
  try {
    if (depth > 0) await context.forward(tokens.slice(0, depth), { outputs: "last", signal });
    const started = performance.now();
    for (let i = depth; i < tokens.length; i++) {
      signal.throwIfAborted();
      const logits = await context.forward([tokens[i]], { outputs: "last", signal });
      if (sampler !== undefined && i + 1 < tokens.length) {
        tokens[i + 1] = sampler.sample(logits, tokens.slice(0, i + 1)).token;
      }
    }
    return (1000 * generateTokens) / (performance.now() - started);
  } finally {
    await context.close();
  }
}

/** The same ones each time. */
function randomTokens(model: LanguageModel, count: number): number[] {
  const random = createRandom(1);
  return Array.from({ length: count }, () => Math.floor(random() * model.config.vocabularySize));
}

function summary(speeds: number[]): { median: number; min: number; max: number } {
  const sorted = [...speeds].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1] };
}
