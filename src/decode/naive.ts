import { argmax } from "../../kernels/reference/index.ts";
import { Context, type LoadedModel } from "../model/index.ts";

/**
 * Greedy generation without a cache: for every new token the whole text is computed again from nothing. Slow, and too
 * simple to be wrong: the oracle that generation is compared with.
 * @returns the generated tokens; generation ends with the first for which `isEnd` holds, which is included
 */
export async function naiveGenerate(
  model: LoadedModel,
  prompt: readonly number[],
  maxTokens: number,
  isEnd: (token: number) => boolean = () => false,
): Promise<number[]> {
  const tokens: number[] = [];
  while (tokens.length < maxTokens) {
    const next = argmax(await naiveForward(model, [...prompt, ...tokens]));
    tokens.push(next);
    if (isEnd(next)) break;
  }
  return tokens;
}

/** The logits after the last of `tokens`, computed at once from an empty cache. [vocabularySize] */
export async function naiveForward(model: LoadedModel, tokens: readonly number[]): Promise<Float32Array> {
  const context = new Context(model, { contextLength: tokens.length });
  try {
    return await context.forward(tokens, { outputs: "last" });
  } finally {
    await context.close();
  }
}
