import type { LoadedModel } from "../model/index.ts";
import { Answer } from "./answer.ts";
import { BeamSearch } from "./beam-search.ts";
import { Deadline } from "./deadline.ts";
import { type Alternative, type Pieces, type TokenText, rate } from "./generation.ts";
import { PromptCache } from "./prompt-cache.ts";
import { PromptEcho } from "./prompt-echo.ts";
import { type TokenOptions, pieceOf, roomFor } from "./sample-text.ts";

/** The best text of a beam search. All pieces come at the end. */
export async function* beamText(
  model: LoadedModel,
  tokenizer: TokenText,
  prompt: readonly number[],
  options: TokenOptions,
  given?: PromptCache,
): Pieces {
  const { maxTokens = 0, signal, taps, logprobs = false } = options;
  const contextLength = given?.contextLength ?? options.contextLength ?? model.config.contextLength;
  const most = Math.min(maxTokens, roomFor(prompt, contextLength, maxTokens));
  const search = new BeamSearch(model, tokenizer, prompt, options);
  const deadline = new Deadline(signal, options.timeLimit);
  const echoed = options.echo === true ? new PromptEcho(tokenizer, prompt, logprobs) : undefined;
  try {
    const started = performance.now();
    const texts = await search.run(most, most === maxTokens ? "maxTokens" : "context", deadline);
    const ended = performance.now();
    const answers = texts.map(({ generated, limit }) => {
      const answer = search.answerOf(generated);
      answer.finish(limit);
      return answer;
    });
    let text = "";
    if (echoed !== undefined) {
      if (echoed.needsLogits) await readPrompt(model, prompt, echoed, { signal, taps });
      for (const piece of echoed.pieces()) {
        text += piece.text;
        yield piece;
      }
    }
    const { generated, limit, scores } = texts[0];
    const told = new Answer(tokenizer, options);
    for (const [i, token] of generated.entries()) {
      let shown = told.push(token);
      if (i + 1 === generated.length) shown += told.finish(limit);
      yield pieceOf(shown, scores[i] ?? { token }, told);
    }
    const { stopText, stoppedBy, finishReason } = answers[0];
    return {
      promptTokens: prompt,
      tokens: generated,
      text: text + answers[0].text,
      finishReason,
      stoppedBy: stoppedBy!,
      ...(stopText !== undefined && { stopText }),
      ...(logprobs !== false && { logprobs: scores }),
      ...(echoed?.needsLogits === true && { promptLogprobs: echoed.scores }),
      alternatives: answers.map(({ tokens, text, finishReason }, i): Alternative => {
        return { tokens, text, score: texts[i].score, finishReason };
      }),
      timings: {
        prefillTokensPerSecond: rate(prompt.length, search.prefilled - started),
        decodeTokensPerSecond: rate(generated.length - 1, ended - search.prefilled),
      },
    };
  } finally {
    deadline.close();
    search.close();
  }
}

/** The prompt once more, for the logits after each of its tokens. */
async function readPrompt(
  model: LoadedModel,
  prompt: readonly number[],
  echoed: PromptEcho,
  options: Parameters<PromptCache["read"]>[1],
): Promise<void> {
  const cache = new PromptCache(model, { contextLength: prompt.length });
  try {
    await cache.read(prompt, options, echoed.see.bind(echoed));
  } finally {
    await cache.close();
  }
}
