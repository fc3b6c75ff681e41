import { InvalidArgumentError, ModelError } from "../../errors.ts";
import { Context, type LoadedModel } from "../../model/index.ts";
import { now } from "../../platform/index.ts";
import { differenceOf } from "./divergence.ts";

export interface CompareOptions {
  /** Tokens in a window; each starts from an empty cache. Default 512. */
  readonly window?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly tokens: number; readonly totalTokens: number }) => void) | undefined;
}

/** What was measured of one model. */
export interface ModelMeasure {
  /** Bytes of its file. */
  readonly sizeBytes: number;
  /** Mean negative log-likelihood of a token, in nats, and e to the power of it. */
  readonly meanNll: number;
  readonly perplexity: number;
  readonly tokensPerSecond: number;
}

/** What was measured of a model against the first. */
export interface Comparison extends ModelMeasure {
  /** KL divergence from the first model's distributions, in nats. */
  readonly divergence: { readonly mean: number; readonly percentile99: number; readonly maximum: number };
  /** The share of positions at which both find the same token likeliest. */
  readonly agreement: number;
}

export interface CompareResult {
  /** How many tokens were scored. */
  readonly tokens: number;
  readonly base: ModelMeasure;
  readonly others: readonly Comparison[];
}

const pieceLength = 64;

/** A model on its way through the text. */
class Reader {
  readonly model: LoadedModel;
  readonly context: Context;
  milliseconds = 0;
  nll = 0;
  agreed = 0;
  readonly divergences: number[] = [];

  constructor(model: LoadedModel, window: number) {
    this.model = model;
    this.context = new Context(model, { contextLength: window });
  }

  async read(tokens: readonly number[], signal: AbortSignal | undefined): Promise<Float32Array> {
    const started = now();
    const logits = await this.context.forward(tokens, { signal });
    this.milliseconds += now() - started;
    return logits;
  }

  measure(scored: number, read: number): ModelMeasure {
    const meanNll = this.nll / scored;
    const tokensPerSecond = (1000 * read) / this.milliseconds;
    return { sizeBytes: this.model.gguf.size, meanNll, perplexity: Math.exp(meanNll), tokensPerSecond };
  }

  compare(scored: number, read: number): Comparison {
    const sorted = Float64Array.from(this.divergences).sort();
    const mean = sorted.reduce((sum, value) => sum + value, 0) / scored;
    const percentile99 = sorted[Math.ceil(0.99 * scored) - 1];
    const divergence = { mean, percentile99, maximum: sorted[scored - 1] };
    return { ...this.measure(scored, read), divergence, agreement: this.agreed / scored };
  }
}

/**
 * Reads a text with several models and tells how the others differ from the first: windows side by side, each from an
 * empty cache, every token but the window's first scored.
 * @throws InvalidArgumentError for a text of fewer than two tokens, ModelError `DIFFERENT_VOCABULARY`
 */
export async function compareModels(
  base: LoadedModel,
  others: readonly LoadedModel[],
  tokens: readonly number[],
  options: CompareOptions = {},
): Promise<CompareResult> {
  const { window = 512, signal, onProgress } = options;
  if (tokens.length < 2) throw new InvalidArgumentError("a text of fewer than two tokens can't be compared on");
  if (!Number.isInteger(window) || window < 2) throw new InvalidArgumentError(`a window of ${window} scores nothing`);
  for (const other of others) checkVocabulary(base, other);
  const { vocabularySize } = base.config;
  const first = new Reader(base, window);
  const rest = others.map((model) => new Reader(model, window));
  let scored = 0;
  let read = 0;
  try {
    for (let start = 0; start + 1 < tokens.length; start += window) {
      const part = tokens.slice(start, start + window);
      for (const { context } of [first, ...rest]) context.clear();
      for (let done = 0; done < part.length; done += pieceLength) {
        const piece = part.slice(done, done + pieceLength);
        read += piece.length;
        const expected = await first.read(piece, signal);
        const count = Math.min(piece.length, part.length - 1 - done);
        const row = (logits: Float32Array, i: number) => logits.subarray(i * vocabularySize, (i + 1) * vocabularySize);
        if (rest.length === 0) {
          for (let i = 0; i < count; i++) {
            first.nll += differenceOf(row(expected, i), row(expected, i), part[done + i + 1]).nllA;
          }
        }
        for (const [index, reader] of rest.entries()) {
          const logits = await reader.read(piece, signal);
          for (let i = 0; i < count; i++) {
            const found = differenceOf(row(expected, i), row(logits, i), part[done + i + 1]);
            if (index === 0) first.nll += found.nllA;
            reader.nll += found.nllB;
            reader.agreed += found.agree ? 1 : 0;
            reader.divergences.push(found.divergence);
          }
        }
        scored += count;
        onProgress?.({ tokens: start + done + piece.length, totalTokens: tokens.length });
      }
    }
  } finally {
    for (const { context } of [first, ...rest]) await context.close();
  }
  return {
    tokens: scored,
    base: first.measure(scored, read),
    others: rest.map((reader) => reader.compare(scored, read)),
  };
}

/** Distributions can be compared where they are over the same tokens. */
function checkVocabulary(a: LoadedModel, b: LoadedModel): void {
  const [sizeA, sizeB] = [a.config.vocabularySize, b.config.vocabularySize];
  const refuse = (reason: string): never => {
    throw new ModelError("DIFFERENT_VOCABULARY", `these models can't be compared: ${reason}`);
  };
  if (sizeA !== sizeB) refuse(`one has ${sizeA} tokens, the other ${sizeB}`);
  const [tokensA, tokensB] = [a, b].map(({ gguf }) => gguf.metadata.strings("tokenizer.ggml.tokens", []));
  const place = tokensA.findIndex((token, i) => i < tokensB.length && tokensB[i] !== token);
  if (place >= 0) refuse(`token ${place} is ${JSON.stringify(tokensA[place])} in one and not in the other`);
}
