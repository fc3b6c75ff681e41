import { ContextFullError, type LanguageModel, type Tensor } from "../../index.ts";
import { UsageError } from "../errors.ts";
import type { SamplingFlags } from "../sampling-options.ts";
import { visible } from "../visible.ts";
import { AttentionStore, type StoredAttention, attentionBytes } from "./attention-store.ts";
import type { StepData, TraceData } from "./page-data.ts";
import { readLens } from "./read-lens.ts";
import { StageRecorder } from "./sampler-stages.ts";

/** More tokens than this no page shows well, and more attention than this none loads well. */
export const mostTokens = 256;
const mostAttentionBytes = 32 << 20;

export interface TraceOptions {
  readonly name: string;
  readonly maxTokens: number;
  readonly sampling: SamplingFlags;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** What is being done, how far it is, and how far it goes. */
  readonly onProgress?: ((what: string, done: number, total: number) => void) | undefined;
}

/** A generation with everything that was seen of it. */
export interface Trace {
  readonly data: TraceData;
  readonly attention: StoredAttention;
}

/**
 * Generates, watching: residual streams and attention by taps, candidates by samplers that look at what they pass on.
 * Nothing that is watched changes what is generated.
 * @throws UsageError for more tokens, or more attention, than a page can show
 */
export async function recordTrace(
  model: LanguageModel,
  prompt: readonly number[],
  options: TraceOptions,
): Promise<Trace> {
  const { sampling, seed, signal, onProgress, name } = options;
  const { config } = model;
  const total = checkSize(model, prompt.length, options.maxTokens);
  const recorder = new StageRecorder(sampling, model);
  const attention = new AttentionStore();
  const residuals = new ResidualStore(config.width);
  const taps = {
    embedding: residuals.tap,
    "layer.*.residual": residuals.tap,
    "layer.*.attention.weights": attention.tap,
  };
  const maxTokens = total - prompt.length;
  const generation = model.generate(prompt, { maxTokens, samplers: recorder.samplers, seed, signal, taps });

  const steps: StepData[] = [];
  onProgress?.("reading the prompt", 0, maxTokens);
  for await (const { token } of generation) {
    steps.push(recorder.step(token));
    onProgress?.("generating", steps.length, maxTokens);
  }
  const { tokens: generated, finishReason } = await generation.result;
  const tokens = [...prompt, ...generated];
  // The last token was not read: nothing comes after it.
  const rows = residuals.finish(tokens.length - 1);
  const { lens, entropies, logprobs } = await readLens(model, tokens, rows, {
    signal,
    onProgress: (done, of) => onProgress?.("reading the layers", done, of),
  });
  const stored = attention.finish(tokens.length - 1);
  const data: TraceData = {
    model: { name, precision: model.precision, vocabularySize: config.vocabularySize },
    seed,
    promptLength: prompt.length,
    tokens,
    finishReason,
    logprobs: [null, ...logprobs],
    entropies: [null, ...entropies],
    steps: recorder.finish(steps),
    lens,
    attention: { layers: stored.layers, heads: stored.heads },
    texts: textsOf(model, [...tokens, ...lens.ids, ...steps.flatMap(({ ids }) => ids)]),
  };
  return { data: rounded(data), attention: stored };
}

/** How many tokens prompt and answer may have together. */
function checkSize(model: LanguageModel, promptLength: number, maxTokens: number): number {
  if (maxTokens < 1) throw new UsageError("--max-tokens must be at least 1: there would be nothing to see");
  if (promptLength >= mostTokens) {
    throw new UsageError(`the prompt has ${promptLength} tokens; a trace shows ${mostTokens} at most, answer included`);
  }
  if (promptLength >= model.config.contextLength) {
    throw new ContextFullError(`the prompt has ${promptLength} tokens, the context ${model.config.contextLength}`);
  }
  const total = Math.min(promptLength + maxTokens, mostTokens, model.config.contextLength);
  const heads = model.config.perLayer.map((layer) => layer.heads);
  let fits = total;
  while (fits > promptLength && attentionBytes(heads, fits) > mostAttentionBytes) fits--;
  if (fits < total) {
    const found = `the attention of ${total} tokens in all heads of this model is more than a page can hold`;
    throw new UsageError(`${found}: ${fits} tokens fit, prompt included; lower --max-tokens or shorten the prompt`);
  }
  return total;
}

/** The residual streams of each token. */
class ResidualStore {
  private readonly width: number;
  /** For each name, the rows of all tokens in order. */
  private readonly rows = new Map<string, Float32Array[]>();

  constructor(width: number) {
    this.width = width;
  }

  readonly tap = ({ data }: Tensor, name: string): void => {
    let rows = this.rows.get(name);
    if (rows === undefined) this.rows.set(name, (rows = []));
    for (let start = 0; start < data.length; start += this.width) rows.push(data.subarray(start, start + this.width));
  };

  /** [count][points], from the embedding to the last layer */
  finish(count: number): Float32Array[][] {
    const place = (name: string) => (name === "embedding" ? -1 : Number(name.split(".")[1]));
    const names = [...this.rows.keys()].sort((a, b) => place(a) - place(b));
    return Array.from({ length: count }, (_, token) => names.map((name) => this.rows.get(name)![token]));
  }
}

/** A part of a character shows as U+FFFD; without a vocabulary a token is its number. */
function textsOf(model: LanguageModel, ids: readonly number[]): Record<number, string> {
  const texts: Record<number, string> = {};
  let textOf: (id: number) => string;
  try {
    const { tokenizer } = model;
    textOf = (id) => visible(new TextDecoder().decode(tokenizer.pieceBytes(id)));
  } catch {
    textOf = (id) => `#${id}`;
  }
  for (const id of new Set(ids)) texts[id] = textOf(id);
  return texts;
}

function rounded(data: TraceData): TraceData {
  const round = (x: number | null) => (x === null ? null : Number(x.toFixed(5)));
  return { ...data, logprobs: data.logprobs.map(round), entropies: data.entropies.map(round) };
}
