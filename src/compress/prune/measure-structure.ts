import type { LoadedModel } from "../../model/index.ts";
import type { Taps } from "../../tensor/index.ts";
import { type ReadChunksOptions, readChunks } from "../imatrix/index.ts";

/** How much the parts of a model matter, on a text. */
export interface StructureImportance {
  /** Block influence of each layer: 1 minus the mean cosine between what comes in and what goes out. [layers] */
  readonly layers: Float64Array;
  /** Of each layer's feed-forward channels; undefined for layers of experts. [layers][feedForwardLength] */
  readonly channels: readonly (Float64Array | undefined)[];
  /** Of each layer's key-value heads, with the query heads that use them. [layers][kvHeads] */
  readonly heads: readonly (Float64Array | undefined)[];
  /** How many tokens were read. */
  readonly tokens: number;
}

/**
 * Measures on a text how much layers, feed-forward channels and attention heads matter, in one reading of whole chunks.
 *
 * - Layers: block influence, 1 − E[cos(x in, x out)] over the tokens' residuals (ShortGPT, Men et al. 2024).
 * - Channels: the mean |activation| before `ffn_down` in each chunk, and over chunks the root of the sum of squares.
 * - Heads: the same of the norm of what a head gives, before `attn_output`; summed over the query heads that share a
 *   key-value head, since they can only go together.
 *
 * Both as Minitron (Muralidharan et al. 2024 §2.2) measures them, with its best aggregation: mean over the text, L2 over texts.
 * @throws InvalidArgumentError for a text shorter than a chunk
 */
export async function measureStructure(
  model: LoadedModel,
  tokens: readonly number[],
  options: ReadChunksOptions = {},
): Promise<StructureImportance> {
  const { layers: count, perLayer } = model.config;
  const cosines = new Float64Array(count);
  const channels = new Accumulators(count);
  const heads = new Accumulators(count);
  let before = new Float32Array(0);
  const taps: Record<string, Taps[string]> = { embedding: ({ data }) => void (before = data.slice()) };
  for (let layer = 0; layer < count; layer++) {
    taps[`layer.${layer}.residual`] = ({ shape, data }) => {
      cosines[layer] += sumOfCosines(before, data, shape[1]);
      before = data.slice();
    };
    taps[`layer.${layer}.feed_forward.hidden`] = ({ shape, data }) => {
      const sums = channels.ofChunk(layer, shape[1]);
      for (let row = 0; row < data.length; row += shape[1]) {
        for (let k = 0; k < shape[1]; k++) sums[k] += Math.abs(data[row + k]);
      }
    };
    const { heads: queries, kvHeads } = perLayer[layer];
    taps[`layer.${layer}.attention.mixed`] = ({ shape, data }) => {
      addNorms(data, shape[1] / queries, queries, queries / kvHeads, heads.ofChunk(layer, kvHeads));
    };
  }
  const { chunk, chunks } = await readChunks(model, tokens, taps, options, () => {
    channels.endChunk();
    heads.endChunk();
  });
  const read = chunk * chunks;
  return {
    layers: cosines.map((sum) => 1 - sum / read),
    channels: channels.results(chunk),
    heads: heads.results(chunk),
    tokens: read,
  };
}

/** Sums over a chunk's tokens, and the squares of those over the chunks, by layer. */
class Accumulators {
  private readonly sums: (Float64Array | undefined)[];
  private readonly squares: (Float64Array | undefined)[];

  constructor(layers: number) {
    this.sums = new Array<undefined>(layers).fill(undefined);
    this.squares = [...this.sums];
  }

  ofChunk(layer: number, length: number): Float64Array {
    return (this.sums[layer] ??= new Float64Array(length));
  }

  endChunk(): void {
    this.sums.forEach((sums, layer) => {
      if (sums === undefined) return;
      const squares = (this.squares[layer] ??= new Float64Array(sums.length));
      sums.forEach((sum, k) => void (squares[k] += sum * sum));
      sums.fill(0);
    });
  }

  results(chunk: number): (Float64Array | undefined)[] {
    return this.squares.map((squares) => squares?.map((square) => Math.sqrt(square) / chunk));
  }
}

function sumOfCosines(a: Float32Array, b: Float32Array, width: number): number {
  let sum = 0;
  for (let row = 0; row < a.length; row += width) {
    let [product, squareA, squareB] = [0, 0, 0];
    for (let k = row; k < row + width; k++) {
      product += a[k] * b[k];
      squareA += a[k] * a[k];
      squareB += b[k] * b[k];
    }
    // What is zero points nowhere: it counts as unchanged where both are.
    if (squareA > 0 && squareB > 0) sum += product / Math.sqrt(squareA * squareB);
    else if (squareA === squareB) sum += 1;
  }
  return sum;
}

/** Adds the norms of the heads of all tokens to the sums of their groups. */
function addNorms(data: Float32Array, length: number, heads: number, groupSize: number, sums: Float64Array): void {
  for (let row = 0; row < data.length; row += heads * length) {
    for (let head = 0; head < heads; head++) {
      let square = 0;
      for (let k = row + head * length; k < row + (head + 1) * length; k++) square += data[k] * data[k];
      sums[Math.floor(head / groupSize)] += Math.sqrt(square);
    }
  }
}
