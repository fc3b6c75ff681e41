import type { GenerationResult, ScoredToken } from "../index.ts";

/** A generation as the command prints it. */
export function generationAsJson(result: GenerationResult, loadMs: number): unknown {
  const { promptTokens, tokens, text, finishReason, stoppedBy, stopText, timings } = result;
  const { logprobs, promptLogprobs, alternatives } = result;
  return {
    prompt_tokens: promptTokens,
    tokens,
    text,
    finish_reason: finishReason,
    stopped_by: stoppedBy,
    ...(stopText !== undefined && { stop_text: stopText }),
    ...(promptLogprobs !== undefined && { prompt_logprobs: promptLogprobs.map(scoredAsJson) }),
    ...(logprobs !== undefined && { logprobs: logprobs.map(scoredAsJson) }),
    ...(alternatives !== undefined && {
      alternatives: alternatives.map(({ tokens, text, score, finishReason }) => {
        return { tokens, text, score, finish_reason: finishReason };
      }),
    }),
    timings: {
      load_ms: loadMs,
      prefill_tokens_per_second: timings.prefillTokensPerSecond,
      decode_tokens_per_second: timings.decodeTokensPerSecond,
    },
  };
}

/** Names as llama.cpp's server has them: `token` is the text. */
function scoredAsJson({ token, text, logprob, topLogprobs }: ScoredToken): unknown {
  return {
    id: token,
    token: text,
    logprob,
    ...(topLogprobs !== undefined && {
      top_logprobs: topLogprobs.map(({ token, text, logprob }) => ({ id: token, token: text, logprob })),
    }),
  };
}
