import type { LoadedModel } from "../model/index.ts";
import { beamText } from "./beam-text.ts";
import { bestOfTexts } from "./best-of.ts";
import { type GenerateOptions, checkGenerateOptions } from "./generate-options.ts";
import type { Generation, Pieces, TokenText } from "./generation.ts";
import type { PromptCache } from "./prompt-cache.ts";
import { ResultStream } from "./result-stream.ts";
import { sampleText } from "./sample-text.ts";
import { withTokens } from "./text-tokens.ts";

export type { GenerateOptions } from "./generate-options.ts";
export {
  type Alternative,
  type FinishReason,
  type Generation,
  type GenerationResult,
  type Piece,
  type ScoredToken,
  type StoppedBy,
  type Timings,
  type TokenLogprob,
  type TokenText,
  noText,
} from "./generation.ts";

/**
 * Continues `prompt`: by default a token at a time, each computed when its piece is asked for; with `bestOf` or `beams`
 * several texts, the best of which is given when all are finished.
 * @throws InvalidArgumentError for an empty prompt or bad options; ContextFullError for a prompt that leaves no room;
 * both when the first piece is asked for
 * @param cache what is computed in, and stays open; of a prompt that begins like the text before, the rest is computed
 */
export function generate(
  model: LoadedModel,
  tokenizer: TokenText,
  prompt: readonly number[],
  options: GenerateOptions = {},
  cache?: PromptCache,
): Generation {
  return new ResultStream(pieces(model, tokenizer, prompt, options, cache));
}

async function* pieces(
  model: LoadedModel,
  tokenizer: TokenText,
  prompt: readonly number[],
  options: GenerateOptions,
  cache?: PromptCache,
): Pieces {
  checkGenerateOptions(options);
  const { beams = 1, bestOf = 1 } = options;
  const way = beams > 1 ? beamText : bestOf > 1 ? bestOfTexts : sampleText;
  return yield* way(model, tokenizer, prompt, withTokens(options, tokenizer), cache);
}
