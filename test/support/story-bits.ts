import type { LanguageModel } from "../../src/index.ts";
import { tokenizeTexts } from "../../src/compress/train/token-file.ts";

/**
 * How well a model predicts stories: the whole of their information, in bits for each byte of text, so that vocabularies
 * compare. The stories stand one after the other, an end token after each, in windows of 256 tokens side by side.
 * @param most windows to measure by, spread over the text; the default is all
 */
export async function storyBits(model: LanguageModel, file: string, most = Infinity) {
  const separator = "<|endoftext|>";
  const { tokens, bytes } = await tokenizeTexts(model.tokenizer, { paths: [file], separator });
  const window = 256;
  const count = Math.floor(tokens.length / window);
  const step = Math.max(1, Math.floor(count / most));
  const windows: number[][] = [];
  for (let i = 0; i < count; i += step) windows.push([...tokens.subarray(i * window, (i + 1) * window)]);
  const scores = await model.score(windows);
  const scored = scores.reduce((sum, score) => sum + score.scored, 0);
  const mean = scores.reduce((sum, score) => sum + score.mean * score.scored, 0) / scored;
  return { bits: (-mean / Math.LN2) * (tokens.length / bytes), tokens: scored, bytes };
}
