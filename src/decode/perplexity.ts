import { exp64 } from "../../kernels/reference/index.ts";
import { InvalidArgumentError } from "../errors.ts";
import { Context, type LoadedModel } from "../model/index.ts";
import { tokenLogProbability } from "../sampling/index.ts";

export interface PerplexityOptions {
  /** Tokens in a window. Default 512. */
  readonly window?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { tokens: number; totalTokens: number }) => void;
}

export interface PerplexityResult {
  /** How many tokens were scored. */
  readonly tokens: number;
  /** Mean negative log-likelihood of a scored token, in nats. */
  readonly meanNll: number;
  /** e to the power of `meanNll`. */
  readonly perplexity: number;
}

/**
 * Perplexity of a text (Jelinek et al. 1977): windows side by side, each from an empty cache, every token but the
 * window's first scored. A last window of one token scores nothing.
 * @throws InvalidArgumentError for fewer than two tokens, or a window below two
 */
export async function perplexity(
  model: LoadedModel,
  tokens: readonly number[],
  options: PerplexityOptions = {},
): Promise<PerplexityResult> {
  const { window = Math.min(512, model.config.contextLength), signal, onProgress } = options;
  if (!Number.isInteger(window) || window < 2) throw new InvalidArgumentError(`a window of ${window} scores nothing`);
  if (tokens.length < 2) throw new InvalidArgumentError("a text of fewer than two tokens has no perplexity");
  const { vocabularySize } = model.config;
  const context = new Context(model, { contextLength: window });
  let scored = 0;
  let nll = 0;
  try {
    for (let start = 0; start + 1 < tokens.length; start += window) {
      const part = tokens.slice(start, start + window);
      context.clear();
      // In pieces, so that progress shows and the logits of a whole window need not be held.
      for (let done = 0; done < part.length; done += pieceLength) {
        const piece = part.slice(done, done + pieceLength);
        const logits = await context.forward(piece, { signal });
        for (let i = 0; i < piece.length && done + i + 1 < part.length; i++) {
          const row = logits.subarray(i * vocabularySize, (i + 1) * vocabularySize);
          nll -= tokenLogProbability(row, part[done + i + 1]);
          scored++;
        }
        onProgress?.({ tokens: start + done + piece.length, totalTokens: tokens.length });
      }
    }
  } finally {
    await context.close();
  }
  const meanNll = nll / scored;
  return { tokens: scored, meanNll, perplexity: exp64(meanNll) };
}

const pieceLength = 64;
