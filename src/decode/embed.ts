import { ContextFullError, InvalidArgumentError } from "../errors.ts";
import { type LoadedModel, normalise } from "../model/index.ts";
import { ReferenceCache, ReferenceOperations, type ReferenceValue, type Tensor } from "../tensor/index.ts";
import { textPasses } from "./text-passes.ts";

/**
 * How the vectors of a text's tokens become one: their mean, the last token's, or the first's (`cls`, for models that
 * were trained with such a token; in a model that reads forwards only, the first token knows nothing of the others).
 */
export type Pooling = "mean" | "last" | "cls";

export interface EmbedOptions {
  /** Default: what the model's metadata say (`pooling_type`); `"mean"` where they say nothing. */
  readonly pooling?: Pooling;
  /** Scale each vector to length 1, so that the dot product of two is their cosine. Default true. */
  readonly normalize?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { tokens: number; totalTokens: number }) => void;
}

/**
 * A vector for each text: the residual stream after the last layer and the output norm, pooled over the text's tokens,
 * which is what llama.cpp pools (0c1e570, llama-graph.cpp, build_pooling). Texts are computed together; the result is that
 * of each alone, bit for bit.
 * @returns [texts], each [width]
 * @throws InvalidArgumentError for a text without tokens, or a token outside the vocabulary; ContextFullError for a text
 * longer than the model's context
 */
export async function embed(
  model: LoadedModel,
  texts: readonly (readonly number[])[],
  options: EmbedOptions = {},
): Promise<Float32Array[]> {
  const { pooling = defaultPooling(model), normalize = true, signal, onProgress } = options;
  if (!poolings.includes(pooling)) {
    throw new InvalidArgumentError(`pooling must be one of ${poolings.join(", ")}, not "${pooling as string}"`);
  }
  texts.forEach((tokens, text) => checkLength(tokens.length, text, model.config.contextLength));
  const { layers, width } = model.config;
  const sums = texts.map(() => new Float64Array(width));
  const progress = { tokens: 0, totalTokens: texts.reduce((sum, { length }) => sum + length, 0) };

  let hidden: Float32Array | undefined;
  // No logits are wanted, so the norm before them is computed here, and only for tokens that are pooled.
  const taps = { [`layer.${layers - 1}.residual`]: ({ data }: Tensor) => void (hidden = data) };
  for await (const { parts } of textPasses(model, texts, { logits: false, signal, taps })) {
    for (const { text, start, length, row } of parts) {
      for (let i = 0; i < length; i++) {
        if (!isPooled(pooling, start + i, texts[text].length)) continue;
        const vector = outputNorm(model, hidden!.subarray((row + i) * width, (row + i + 1) * width));
        for (let column = 0; column < width; column++) sums[text][column] += vector[column];
      }
      progress.tokens += length;
    }
    onProgress?.({ ...progress });
  }
  return sums.map((sum, text) => {
    const pooled = pooling === "mean" ? sum.map((x) => x / texts[text].length) : sum;
    return Float32Array.from(normalize ? ofLengthOne(pooled) : pooled);
  });
}

const poolings: readonly Pooling[] = ["mean", "last", "cls"];

/** llama.cpp's numbers of the poolings: 1 mean, 2 cls, 3 last. */
function defaultPooling({ gguf, config }: LoadedModel): Pooling {
  const number = gguf.metadata.number(`${config.architecture}.pooling_type`, 0);
  return number === 2 ? "cls" : number === 3 ? "last" : "mean";
}

function isPooled(pooling: Pooling, position: number, length: number): boolean {
  if (pooling === "mean") return true;
  return position === (pooling === "cls" ? 0 : length - 1);
}

/** The output norm of one token. [width] */
function outputNorm({ weights, config, backend }: LoadedModel, data: Float32Array): Float32Array {
  const none = { tokens: new Int32Array(0), positions: new Int32Array(0), sequences: new Int32Array(0) };
  const batch = { ...none, pageTables: [], outputs: new Int32Array(0) };
  const cache = new ReferenceCache({ layers: 0, kvHeads: 0, keyLength: 0, valueLength: 0 });
  const x: ReferenceValue = { rows: 1, columns: data.length, data };
  const ops = new ReferenceOperations(batch, cache, backend.precision);
  return (normalise(ops, x, weights.output_norm, config) as ReferenceValue).data;
}

/** Scaled to length 1; a vector of zeros stays one. */
function ofLengthOne(vector: Float64Array): Float64Array {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return length > 0 ? vector.map((x) => x / length) : vector;
}

function checkLength(length: number, text: number, contextLength: number): void {
  if (length === 0) throw new InvalidArgumentError(`text ${text} has no tokens: there is nothing to embed`);
  if (length <= contextLength) return;
  throw new ContextFullError(
    `text ${text} has ${length} tokens, the model reads ${contextLength} at once: embed it in parts`,
  );
}
