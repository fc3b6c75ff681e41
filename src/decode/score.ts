import { exp64 } from "../../kernels/reference/index.ts";
import { InvalidArgumentError } from "../errors.ts";
import type { LoadedModel } from "../model/index.ts";
import { tokenLogProbability } from "../sampling/index.ts";
import { textPasses } from "./text-passes.ts";

export interface ScoreOptions {
  /** Tokens in a window; each is read from an empty cache. Default 512, or the model's context where that is shorter. */
  readonly window?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { tokens: number; totalTokens: number }) => void;
}

/** How likely a model finds a text. Logarithms are natural. */
export interface Score {
  readonly tokens: readonly number[];
  /**
   * The logarithm of each token's probability after those before it; null for the first of a window, which nothing
   * precedes. [tokens]
   */
  readonly logprobs: readonly (number | null)[];
  /** How many tokens have a log-probability. */
  readonly scored: number;
  /** Their sum: the logarithm of the text's probability. */
  readonly total: number;
  /** `total / scored`; NaN where nothing is scored, as in a text of one token. */
  readonly mean: number;
  /** e to the power of `-mean`. */
  readonly perplexity: number;
}

/**
 * Scores texts: the log-probability of every token given those before it. A text longer than `window` is scored in
 * windows side by side, as `perplexity` does. Texts are computed together; the result is that of each alone.
 * @throws InvalidArgumentError for a window below two, or a token outside the vocabulary
 */
export async function score(
  model: LoadedModel,
  texts: readonly (readonly number[])[],
  options: ScoreOptions = {},
): Promise<Score[]> {
  const { vocabularySize, contextLength, variant } = model.config;
  const { window = Math.min(512, contextLength), signal, onProgress } = options;
  if (!Number.isInteger(window) || window < 2) throw new InvalidArgumentError(`a window of ${window} scores nothing`);
  if (variant.learnedPositions === true && window > contextLength) {
    throw new InvalidArgumentError(`this model knows ${contextLength} positions, window can't be ${window}`);
  }
  const windows = texts.flatMap((tokens, text) =>
    Array.from({ length: Math.ceil(tokens.length / window) }, (_, i) => ({ text, start: i * window })),
  );
  const parts = windows.map(({ text, start }) => texts[text].slice(start, start + window));
  const logprobs = texts.map((tokens) => new Array<number | null>(tokens.length).fill(null));
  const progress = { tokens: 0, totalTokens: texts.reduce((sum, { length }) => sum + length, 0) };

  for await (const pass of textPasses(model, parts, { logits: true, signal })) {
    for (const { text: part, start, length, row } of pass.parts) {
      for (let i = 0; i < length; i++) {
        const position = start + i + 1;
        if (position >= parts[part].length) break;
        const logits = pass.logits.subarray((row + i) * vocabularySize, (row + i + 1) * vocabularySize);
        const { text, start: first } = windows[part];
        logprobs[text][first + position] = tokenLogProbability(logits, parts[part][position]);
      }
      progress.tokens += length;
    }
    onProgress?.({ ...progress });
  }
  return texts.map((tokens, text) => summary(tokens, logprobs[text]));
}

function summary(tokens: readonly number[], logprobs: readonly (number | null)[]): Score {
  const known = logprobs.filter((logprob) => logprob !== null);
  const total = known.reduce((sum, logprob) => sum + logprob, 0);
  const mean = total / known.length;
  return { tokens, logprobs, scored: known.length, total, mean, perplexity: exp64(-mean) };
}
