import { candidatesOf } from "./candidates.ts";
import { chainOfOptions } from "./chain-of-options.ts";
import { type TextGuide, applyMask } from "./constraints/index.ts";
import { draw } from "./draw.ts";
import { type TokenLogProbability, tokenLogProbability, topLogProbabilities } from "./log-probability.ts";
import { createRandom, randomSeed } from "./random.ts";
import type { SamplerOptions } from "./sampler-options.ts";
import { type ChainState, initialState, runChain } from "./stateful-sampler.ts";

/** From logits to a token: a chain of samplers and a draw. */
export interface SamplerChain {
  /** Sampling from the same logits with the same seed draws the same tokens. */
  readonly seed: number;
  /** The samplers' names, in order. */
  readonly names: readonly string[];
  /** What each sampler remembers now; undefined for those without a memory. */
  readonly state: ChainState;
  /**
   * Draws the next token.
   * @param logits one row, not changed. [vocabularySize]
   * @param previousTokens the text so far, prompt included
   * @throws PellucidError `NO_CANDIDATES` where no token is possible
   */
  sample(logits: Float32Array, previousTokens: readonly number[]): Sampled;
}

export interface Sampled {
  readonly token: number;
  /** ln of the probability that the model gave the token, before any sampler; only with the option `logprobs`. */
  readonly logprob?: number;
  /** The likeliest tokens before any sampler, the likeliest first; only where `logprobs` is a number above 0. */
  readonly topLogprobs?: readonly TokenLogProbability[];
}

/** What samplers must know of the text: where the answer begins, and what ends it. */
export interface SamplerText {
  /** Tokens that were there before the first is drawn. Default 0. */
  readonly promptLength?: number;
  readonly endTokens?: readonly number[];
  /** What the text must be: only tokens that it allows are drawn, and it goes on by each. */
  readonly constraint?: TextGuide | undefined;
}

/** @throws InvalidArgumentError for an option outside its range */
export function createSampler(options: SamplerOptions = {}, text: SamplerText = {}): SamplerChain {
  const named = chainOfOptions(options);
  const samplers = named.map(({ sampler }) => sampler);
  const seed = options.seed ?? randomSeed();
  const random = createRandom(seed);
  let state = initialState(samplers);
  return {
    seed,
    names: named.map(({ name }) => name),
    get state() {
      return state;
    },
    sample(logits, previousTokens) {
      const candidates = candidatesOf(logits);
      const mask = text.constraint?.mask();
      const allowed = mask === undefined ? candidates : applyMask(candidates, mask);
      const step = runChain(samplers, allowed, { previousTokens, random, ...text }, state);
      const token = draw(step.candidates, random);
      state = step.next(token);
      text.constraint?.accept(token);
      return { token, ...logProbabilities(logits, token, options.logprobs) };
    },
  };
}

/** What the option `logprobs` asks for: nothing, the token's own, or the likeliest tokens' too. */
export function logProbabilities(
  logits: Float32Array,
  token: number,
  wanted: SamplerOptions["logprobs"] = false,
): Omit<Sampled, "token"> {
  if (wanted === false) return {};
  const logprob = tokenLogProbability(logits, token);
  return wanted === true || wanted === 0 ? { logprob } : { logprob, topLogprobs: topLogProbabilities(logits, wanted) };
}
