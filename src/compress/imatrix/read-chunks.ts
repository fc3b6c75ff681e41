import { InvalidArgumentError } from "../../errors.ts";
import { Context, type LoadedModel } from "../../model/index.ts";
import type { Taps } from "../../tensor/index.ts";

export interface ReadChunksOptions {
  /** Tokens in a chunk; each starts from an empty cache. Default 512. */
  readonly chunk?: number | undefined;
  /** At most so many chunks; all that are whole unless given. */
  readonly chunks?: number | undefined;
  /** What takes the place of each chunk's first token, for models that want one. */
  readonly bos?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly chunk: number; readonly chunks: number }) => void) | undefined;
}

/**
 * Reads whole chunks of a text, showing what passes by.
 * @param onChunk called after each chunk
 * @returns how long the chunks were, and how many
 * @throws InvalidArgumentError for a text shorter than a chunk
 */
export async function readChunks(
  model: LoadedModel,
  tokens: readonly number[],
  taps: Taps,
  options: ReadChunksOptions,
  onChunk?: () => void,
): Promise<{ readonly chunk: number; readonly chunks: number }> {
  const { chunk = Math.min(512, model.config.contextLength), bos, signal, onProgress } = options;
  const whole = Math.floor(tokens.length / chunk);
  const chunks = Math.min(whole, options.chunks ?? whole);
  if (!(chunks >= 1)) {
    throw new InvalidArgumentError(`the text has ${tokens.length} tokens, fewer than one chunk of ${chunk}`);
  }
  const context = new Context(model, { contextLength: chunk });
  try {
    for (let i = 0; i < chunks; i++) {
      const part = tokens.slice(i * chunk, (i + 1) * chunk);
      if (bos !== undefined) part[0] = bos;
      context.clear();
      await context.forward(part, { outputs: "last", taps, signal });
      onChunk?.();
      onProgress?.({ chunk: i + 1, chunks });
    }
  } finally {
    await context.close();
  }
  return { chunk, chunks };
}
