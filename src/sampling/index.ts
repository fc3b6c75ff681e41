export { applySamplers } from "./apply-samplers.ts";
export { badWords } from "./bad-words.ts";
export { type NamedSampler, chainOfOptions } from "./chain-of-options.ts";
export { chainParts, defaultOrder } from "./chain-parts.ts";
export { type Candidates, type Sampler, type SamplerContext, candidatesOf } from "./candidates.ts";
export {
  type Sampled,
  type SamplerChain,
  type SamplerText,
  createSampler,
  logProbabilities,
} from "./create-sampler.ts";
export {
  Constraint,
  type ConstraintOptions,
  ConstraintState,
  type JsonSchemaOptions,
  type TextGuide,
  type TextRule,
  type TokenBytes,
  type TokenMask,
  constraintChoice,
  constraintFromChoices,
  constraintFromGrammar,
  constraintFromJsonSchema,
  constraintFromRegex,
  constraintFromText,
  constraintRepeat,
  constraintSequence,
  startConstraint,
} from "./constraints/index.ts";
export { draw } from "./draw.ts";
export { type DryOptions, dry } from "./dry.ts";
export { dynamicTemperature } from "./dynamic-temperature.ts";
export {
  type TokenLogProbability,
  logNormalizer,
  tokenLogProbability,
  topLogProbabilities,
} from "./log-probability.ts";
export { logitBias } from "./logit-bias.ts";
export { minP } from "./min-p.ts";
export { type MinTokensOptions, minTokens } from "./min-tokens.ts";
export { mirostat2 } from "./mirostat-2.ts";
export { type MirostatOptions } from "./mirostat-surprise.ts";
export { type Mirostat1Options, mirostat } from "./mirostat.ts";
export { noRepeatNgram } from "./no-repeat-ngram.ts";
export { type PenaltyOptions, penalties } from "./penalties.ts";
export { type Random, createRandom, randomSeed } from "./random.ts";
export type { SamplerOptions } from "./sampler-options.ts";
export { type SamplerSpec, samplerNames, samplerOf } from "./samplers-by-name.ts";
export { selectTop } from "./select-top.ts";
export { probabilitiesOf } from "./softmax.ts";
export {
  type ChainSampler,
  type ChainState,
  type ChainStep,
  type StatefulSampler,
  initialState,
  runChain,
} from "./stateful-sampler.ts";
export { temperature } from "./temperature.ts";
export { topK } from "./top-k.ts";
export { topNSigma } from "./top-n-sigma.ts";
export { topP } from "./top-p.ts";
export { typical } from "./typical.ts";
export { xtc } from "./xtc.ts";
