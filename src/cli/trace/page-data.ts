/** What the page gets, and `--json` prints but for the attention: everything that was seen of one generation. */
export interface TraceData {
  readonly model: { readonly name: string; readonly precision: string; readonly vocabularySize: number };
  readonly seed: number;
  /** How many of the tokens are the prompt's. */
  readonly promptLength: number;
  readonly tokens: readonly number[];
  readonly finishReason: string;
  /**
   * The natural logarithm of the probability that the model gave each token, before any sampler, and the entropy of the
   * distribution that it was chosen from, in nats; null for the first. [tokens]
   */
  readonly logprobs: readonly (number | null)[];
  readonly entropies: readonly (number | null)[];
  /** Of each generated token: the candidates from the model to the draw. */
  readonly steps: readonly StepData[];
  readonly lens: LensData;
  /** Heads of each layer whose attention was seen; the layers may be fewer than the model's. */
  readonly attention: { readonly layers: readonly number[]; readonly heads: readonly number[] };
  /** The texts of all tokens that are named anywhere, by id. */
  readonly texts: Readonly<Record<number, string>>;
}

/** How one token came about. */
export interface StepData {
  /** Candidates worth showing: the likeliest of the model, those of the last sampler, and the one that was drawn. */
  readonly ids: readonly number[];
  /** First the model's own distribution, then what each sampler left. */
  readonly stages: readonly StageData[];
}

export interface StageData {
  /** `model`, or the sampler with its parameters: `top_k 40`. */
  readonly name: string;
  /** How many candidates are left. */
  readonly kept: number;
  /** The probability of each of `ids`; null where it is no candidate any more. */
  readonly probabilities: readonly (number | null)[];
}

/** The logit lens: what each layer would say after each token but the last. */
export interface LensData {
  /** `embedding`, then each layer. */
  readonly points: readonly string[];
  /** How many of the likeliest are kept. */
  readonly top: number;
  /** [tokens − 1, points, top], flat */
  readonly ids: readonly number[];
  /** In ten-thousandths. [tokens − 1, points, top], flat */
  readonly probabilities: readonly number[];
  /** Of the token that came next, in ten-thousandths. [tokens − 1, points], flat */
  readonly next: readonly number[];
  /** How many tokens were likelier than that. [tokens − 1, points], flat */
  readonly ranks: readonly number[];
}
