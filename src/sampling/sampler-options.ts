import type { SamplerSpec } from "./samplers-by-name.ts";
import type { ChainSampler } from "./stateful-sampler.ts";

/** How tokens are chosen. Names without explanation are explained at the sampler of that name. */
export interface SamplerOptions {
  /** 0: always the likeliest token. Default 0.8. */
  readonly temperature?: number;
  /** 0: off. Default 40. */
  readonly topK?: number;
  /** 1: off. Default 0.95. */
  readonly topP?: number;
  /** 0: off. Default 0.05. */
  readonly minP?: number;
  /** A whole number from 0 to 2⁵³ − 1. Default: another one each time. */
  readonly seed?: number;
  /** 1: off, the default. */
  readonly typicalP?: number;
  /** 0: off, the default. */
  readonly topNSigma?: number;
  /** 0: off, the default. */
  readonly xtcProbability?: number;
  /** Default 0.1. */
  readonly xtcThreshold?: number;
  /** How many of the last tokens the next three look at; −1: all. Default 64. */
  readonly penaltyLastN?: number;
  /** 1: off, the default. */
  readonly repeatPenalty?: number;
  /** 0: off, the default. */
  readonly frequencyPenalty?: number;
  /** 0: off, the default. */
  readonly presencePenalty?: number;
  /** 0: off, the default. */
  readonly dryMultiplier?: number;
  /** Default 1.75. */
  readonly dryBase?: number;
  /** Default 2. */
  readonly dryAllowedLength?: number;
  /** −1: all. Default 64. */
  readonly dryLastN?: number;
  /** Sequences of tokens. Default: none. */
  readonly drySequenceBreakers?: readonly (readonly number[])[];
  /** 0: off, the default. */
  readonly dynamicTemperatureRange?: number;
  /** Default 1. */
  readonly dynamicTemperatureExponent?: number;
  /** Token id → what is added to its logit; −Infinity forbids it. */
  readonly logitBias?: Readonly<Record<number, number>>;
  /** No end token before so many tokens. 0: off, the default. */
  readonly minTokens?: number;
  /** Sequences of tokens that never occur. Default: none. */
  readonly badWords?: readonly (readonly number[])[];
  /** No sequence of so many tokens occurs twice. 0: off, the default. */
  readonly noRepeatNgram?: number;
  /** 0: off, the default; 1 or 2: the version. It takes the place of the samplers that cut off. */
  readonly mirostat?: 0 | 1 | 2;
  /** The surprise aimed at, in bits. Default 5. */
  readonly mirostatTau?: number;
  /** How fast it is approached. Default 0.1. */
  readonly mirostatEta?: number;
  /**
   * The chain, in order: names of samplers, whose parameters are the options above; samplers with parameters, as JSON; and
   * functions of one's own. An option that no sampler of the chain reads is an error. Default: `defaultOrder`.
   */
  readonly samplers?: readonly (string | SamplerSpec | ChainSampler)[];
  /** Give each token's log-probability; a number above 0: those of so many likeliest tokens too. */
  readonly logprobs?: boolean | number;
}
