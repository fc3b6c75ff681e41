import { InvalidArgumentError } from "../errors.ts";
import { badWords } from "./bad-words.ts";
import { dry } from "./dry.ts";
import { dynamicTemperature } from "./dynamic-temperature.ts";
import { logitBias } from "./logit-bias.ts";
import { minP } from "./min-p.ts";
import { minTokens } from "./min-tokens.ts";
import { mirostat2 } from "./mirostat-2.ts";
import { mirostat } from "./mirostat.ts";
import { noRepeatNgram } from "./no-repeat-ngram.ts";
import { Parameters } from "./parameters.ts";
import { penalties } from "./penalties.ts";
import type { ChainSampler } from "./stateful-sampler.ts";
import { temperature } from "./temperature.ts";
import { topK } from "./top-k.ts";
import { topNSigma } from "./top-n-sigma.ts";
import { topP } from "./top-p.ts";
import { typical } from "./typical.ts";
import { xtc } from "./xtc.ts";

/** A sampler as JSON: an object of one property, its name, with the parameters: `{"top_k": {"k": 40}}`. */
export type SamplerSpec = Readonly<Record<string, unknown>>;

const builders: Readonly<Record<string, (parameters: Parameters) => ChainSampler>> = {
  min_tokens: (p) =>
    minTokens({
      count: p.integer("n"),
      endTokens: p.optionalTokens("end_tokens"),
      promptLength: p.optionalInteger("prompt_length"),
    }),
  bad_words: (p) => badWords({ words: p.sequences("words") }),
  no_repeat_ngram: (p) => noRepeatNgram({ n: p.integer("n") }),
  logit_bias: (p) => logitBias({ bias: p.bias("bias") }),
  penalties: (p) =>
    penalties({
      lastN: p.integer("last_n", 64),
      repeat: p.number("repeat", 1),
      frequency: p.number("frequency", 0),
      presence: p.number("presence", 0),
    }),
  dry: (p) =>
    dry({
      multiplier: p.number("multiplier"),
      base: p.number("base", 1.75),
      allowedLength: p.integer("allowed_length", 2),
      lastN: p.integer("last_n", 64),
      sequenceBreakers: p.sequences("sequence_breakers"),
    }),
  top_n_sigma: (p) => topNSigma({ n: p.number("n") }),
  top_k: (p) => topK({ k: p.integer("k") }),
  typical_p: (p) => typical({ p: p.number("p"), minKeep: p.integer("min_keep", 1) }),
  top_p: (p) => topP({ p: p.number("p"), minKeep: p.integer("min_keep", 1) }),
  min_p: (p) => minP({ p: p.number("p"), minKeep: p.integer("min_keep", 1) }),
  xtc: (p) =>
    xtc({
      probability: p.number("probability"),
      threshold: p.number("threshold"),
      minKeep: p.integer("min_keep", 1),
    }),
  temperature: (p) => temperature({ t: p.number("t") }),
  dynamic_temperature: (p) =>
    dynamicTemperature({ t: p.number("t"), range: p.number("range"), exponent: p.number("exponent", 1) }),
  mirostat: (p) =>
    mirostat({
      tau: p.number("tau", 5),
      eta: p.number("eta", 0.1),
      mu: p.optionalNumber("mu"),
      m: p.integer("m", 100),
      vocabularySize: p.optionalInteger("n_vocab"),
    }),
  mirostat_v2: (p) => mirostat2({ tau: p.number("tau", 5), eta: p.number("eta", 0.1), mu: p.optionalNumber("mu") }),
};

/** The names that `samplerOf` knows, in the order in which they are usually applied. */
export const samplerNames: readonly string[] = Object.keys(builders);

/**
 * The sampler that a piece of JSON describes.
 * @throws InvalidArgumentError for an unknown name, and for parameters that are missing, unknown or of another type
 */
export function samplerOf(spec: SamplerSpec): ChainSampler {
  const entries = Object.entries(spec);
  const [name, values] = entries[0] ?? ["", undefined];
  if (entries.length !== 1) {
    throw new InvalidArgumentError(`a sampler is an object of one property, such as {"top_k": {"k": 40}}`);
  }
  if (!Object.hasOwn(builders, name)) {
    throw new InvalidArgumentError(`there is no sampler "${name}"; the samplers are: ${samplerNames.join(", ")}`);
  }
  const parameters = new Parameters(name, values);
  const sampler = builders[name](parameters);
  parameters.end();
  return sampler;
}
