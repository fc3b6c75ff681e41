import { runChain, samplersOf } from "./apply-samplers.ts";
import { type Sampler, candidatesOf } from "./candidates.ts";
import { checkOptions } from "./check-options.ts";
import { dry } from "./dry.ts";
import { draw } from "./draw.ts";
import { dynamicTemperature } from "./dynamic-temperature.ts";
import { tokenLogProbability } from "./log-probability.ts";
import { logitBias } from "./logit-bias.ts";
import { minP } from "./min-p.ts";
import { penalties } from "./penalties.ts";
import { createRandom, randomSeed } from "./random.ts";
import type { SamplerOptions } from "./sampler-options.ts";
import { temperature } from "./temperature.ts";
import { topK } from "./top-k.ts";
import { topNSigma } from "./top-n-sigma.ts";
import { topP } from "./top-p.ts";
import { typical } from "./typical.ts";
import { xtc } from "./xtc.ts";

/** From logits to a token: a chain of samplers and a draw. */
export interface SamplerChain {
  /** Sampling from the same logits with the same seed draws the same tokens. */
  readonly seed: number;
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
}

/** @throws InvalidArgumentError for an option outside its range */
export function createSampler(options: SamplerOptions = {}): SamplerChain {
  checkOptions(options);
  const seed = options.seed ?? randomSeed();
  const random = createRandom(seed);
  const chain = options.samplers === undefined ? defaultChain(options) : samplersOf(options.samplers);
  return {
    seed,
    sample(logits, previousTokens) {
      const token = draw(runChain(chain, candidatesOf(logits), { previousTokens, random }), random);
      return options.logprobs === true ? { token, logprob: tokenLogProbability(logits, token) } : { token };
    },
  };
}

/**
 * llama.cpp's order and defaults: bias, penalties, DRY, top-nσ, top-k, typical, top-p, min-p, XTC, temperature. At
 * temperature 0 nothing is truncated: the likeliest token after bias, penalties and DRY is taken.
 */
function defaultChain(options: SamplerOptions): Sampler[] {
  const { temperature: t = 0.8, logitBias: bias = {} } = options;
  const adjusting = [
    logitBias({ bias: new Map(Object.entries(bias).map(([token, value]) => [Number(token), value])) }),
    penalties({
      lastN: options.penaltyLastN,
      repeat: options.repeatPenalty,
      frequency: options.frequencyPenalty,
      presence: options.presencePenalty,
    }),
    dry({
      multiplier: options.dryMultiplier ?? 0,
      base: options.dryBase,
      allowedLength: options.dryAllowedLength,
      lastN: options.dryLastN,
      sequenceBreakers: options.drySequenceBreakers,
    }),
  ];
  if (t === 0) return [...adjusting, temperature({ t })];
  const { dynamicTemperatureRange: range = 0, dynamicTemperatureExponent: exponent } = options;
  return [
    ...adjusting,
    topNSigma({ n: options.topNSigma ?? 0 }),
    topK({ k: options.topK ?? 40 }),
    typical({ p: options.typicalP ?? 1 }),
    topP({ p: options.topP ?? 0.95 }),
    minP({ p: options.minP ?? 0.05 }),
    xtc({ probability: options.xtcProbability ?? 0, threshold: options.xtcThreshold ?? 0.1 }),
    dynamicTemperature({ t, range, exponent }),
  ];
}
