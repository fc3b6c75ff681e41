import { calibrate } from "../compress/index.ts";
import { loadModel } from "../index.ts";
import { createTokenizer } from "../tokenizer/index.ts";
import { readText } from "./input.ts";
import { withGguf } from "./open-tokenizer.ts";

export interface CalibrationOptions {
  readonly calibrateTokens: number;
  readonly chunk?: number | undefined;
  readonly pure?: boolean | undefined;
  readonly allowRequantize?: boolean | undefined;
  readonly threads?: number | undefined;
  readonly signal: AbortSignal;
  readonly onStage?: ((text: string) => void) | undefined;
}

/**
 * The blocks of `pellucid quantize --calibrate`.
 * @throws CommandError for a text that can't be read, and what `calibrate` throws
 */
export async function calibratedBlocks(
  model: string,
  type: string,
  textFile: string,
  { calibrateTokens, chunk, pure, allowRequantize, threads, signal, onStage }: CalibrationOptions,
): Promise<Map<string, Uint8Array>> {
  const text = await readText(textFile);
  return withGguf(model, (gguf) => {
    const tokenizer = createTokenizer(gguf.metadata);
    const tokens = tokenizer.encode(text).slice(0, calibrateTokens);
    return calibrate(gguf, type, tokens, {
      load: (bytes) => loadModel(bytes, { precision: "f32", threads, signal }),
      window: chunk,
      bos: tokenizer.addBos ? tokenizer.bos : undefined,
      pure,
      allowRequantize,
      signal,
      onProgress: ({ layer, layers }) => onStage?.(`calibrating: layer ${layer + 1} of ${layers}`),
    });
  });
}
