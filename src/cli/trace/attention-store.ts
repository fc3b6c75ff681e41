import type { Tensor } from "../../index.ts";

/**
 * Attention weights as bytes: 255 · √weight, rounded, which keeps small weights apart. For each token in order, for each
 * layer, for each head: the weights of the positions up to the token's own.
 */
export interface StoredAttention {
  /** The layers that were seen, and the heads of each. */
  readonly layers: readonly number[];
  readonly heads: readonly number[];
  readonly bytes: Uint8Array;
}

/** Gathers attention weights while a model runs. */
export class AttentionStore {
  /** For each layer, for each token: [heads, positions]. */
  private readonly seen = new Map<number, { heads: number; tokens: Uint8Array[] }>();

  /** A tap on `layer.*.attention.weights`. */
  readonly tap = ({ shape, data }: Tensor, name: string): void => {
    const layer = Number(name.split(".")[1]);
    const [heads, positions] = shape;
    let of = this.seen.get(layer);
    if (of === undefined) this.seen.set(layer, (of = { heads, tokens: [] }));
    of.tokens[positions - 1] = Uint8Array.from(data, (weight) => Math.round(255 * Math.sqrt(Math.min(1, weight))));
  };

  /** Everything, for the first `count` tokens. */
  finish(count: number): StoredAttention {
    const layers = [...this.seen.keys()].sort((a, b) => a - b);
    const parts: Uint8Array[] = [];
    for (let token = 0; token < count; token++) {
      for (const layer of layers) parts.push(this.seen.get(layer)!.tokens[token]);
    }
    return {
      layers,
      heads: layers.map((layer) => this.seen.get(layer)!.heads),
      bytes: new Uint8Array(Buffer.concat(parts)),
    };
  }
}

/** How many bytes the attention over `tokens` tokens takes. */
export function attentionBytes(perLayerHeads: readonly number[], tokens: number): number {
  return (perLayerHeads.reduce((sum, heads) => sum + heads, 0) * tokens * (tokens + 1)) / 2;
}
