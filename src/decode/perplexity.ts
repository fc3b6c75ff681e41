import { InvalidArgumentError } from "../errors.ts";
import type { LoadedModel } from "../model/index.ts";
import { score } from "./score.ts";

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
  const { window, signal, onProgress } = options;
  if (tokens.length < 2) throw new InvalidArgumentError("a text of fewer than two tokens has no perplexity");
  const [{ scored, mean, perplexity }] = await score(model, [tokens], { window, signal, onProgress });
  return { tokens: scored, meanNll: -mean, perplexity };
}
