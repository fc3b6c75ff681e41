import type { SamplerOptions } from "./sampler-options.ts";
import type { SamplerSpec } from "./samplers-by-name.ts";

/** A sampler of the chain that options make. */
export interface ChainPart {
  /** The options that it reads. */
  readonly options: readonly (keyof SamplerOptions)[];
  /** It as JSON; undefined where it is off. */
  readonly spec: (options: SamplerOptions) => SamplerSpec | undefined;
}

function part(options: readonly (keyof SamplerOptions)[], spec: ChainPart["spec"]): ChainPart {
  return { options, spec };
}

/**
 * The samplers that options describe, by name and in the default order: what must not come, what is changed, what is cut
 * off, the temperature. From `logit_bias` on it is llama.cpp's order.
 */
export const chainParts: Readonly<Record<string, ChainPart>> = {
  min_tokens: part(["minTokens"], ({ minTokens: n = 0 }) => (n > 0 ? { min_tokens: { n } } : undefined)),
  bad_words: part(["badWords"], ({ badWords: words = [] }) =>
    words.length > 0 ? { bad_words: { words } } : undefined,
  ),
  no_repeat_ngram: part(["noRepeatNgram"], ({ noRepeatNgram: n = 0 }) =>
    n > 0 ? { no_repeat_ngram: { n } } : undefined,
  ),
  logit_bias: part(["logitBias"], ({ logitBias: bias }) => (bias === undefined ? undefined : { logit_bias: { bias } })),
  penalties: part(["penaltyLastN", "repeatPenalty", "frequencyPenalty", "presencePenalty"], (options) => ({
    penalties: {
      last_n: options.penaltyLastN,
      repeat: options.repeatPenalty,
      frequency: options.frequencyPenalty,
      presence: options.presencePenalty,
    },
  })),
  dry: part(["dryMultiplier", "dryBase", "dryAllowedLength", "dryLastN", "drySequenceBreakers"], (options) => ({
    dry: {
      multiplier: options.dryMultiplier ?? 0,
      base: options.dryBase,
      allowed_length: options.dryAllowedLength,
      last_n: options.dryLastN,
      sequence_breakers: options.drySequenceBreakers,
    },
  })),
  top_n_sigma: part(["topNSigma"], ({ topNSigma: n = 0 }) => ({ top_n_sigma: { n } })),
  top_k: part(["topK"], ({ topK: k = 40 }) => ({ top_k: { k } })),
  typical_p: part(["typicalP"], ({ typicalP: p = 1 }) => ({ typical_p: { p } })),
  top_p: part(["topP"], ({ topP: p = 0.95 }) => ({ top_p: { p } })),
  min_p: part(["minP"], ({ minP: p = 0.05 }) => ({ min_p: { p } })),
  xtc: part(
    ["xtcProbability", "xtcThreshold"],
    ({ xtcProbability: probability = 0, xtcThreshold: threshold = 0.1 }) => ({
      xtc: { probability, threshold },
    }),
  ),
  temperature: part(["temperature", "dynamicTemperatureRange", "dynamicTemperatureExponent"], (options) => {
    const { temperature: t = 0.8, dynamicTemperatureRange: range = 0, dynamicTemperatureExponent: exponent } = options;
    return t > 0 && range > 0 ? { dynamic_temperature: { t, range, exponent } } : { temperature: { t } };
  }),
  mirostat: part(["mirostat", "mirostatTau", "mirostatEta"], ({ mirostat = 0, mirostatTau: tau, mirostatEta: eta }) =>
    mirostat === 0 ? undefined : { [mirostat === 1 ? "mirostat" : "mirostat_v2"]: { tau, eta } },
  ),
};

/** The names that `samplers` can hold, in the default order. `mirostat` takes the place of what cuts off. */
export const defaultOrder: readonly string[] = Object.keys(chainParts);

/** Those of them that cut off the unlikely, or the all too likely. */
export const truncating: ReadonlySet<string> = new Set(["top_n_sigma", "top_k", "typical_p", "top_p", "min_p", "xtc"]);
