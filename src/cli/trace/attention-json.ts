import type { StoredAttention } from "./attention-store.ts";

/** Attention as plain numbers of three digits, by layer and head: row t has the weights of the positions 0 … t. */
export function attentionJson({ layers, heads, bytes }: StoredAttention): { layer: number; heads: number[][][] }[] {
  const result = layers.map((layer, l) => ({ layer, heads: Array.from({ length: heads[l] }, (): number[][] => []) }));
  let at = 0;
  for (let token = 0; at < bytes.length; token++) {
    for (const { heads: rows } of result) {
      for (const head of rows) {
        head.push(Array.from(bytes.subarray(at, at + token + 1), (byte) => Number(((byte / 255) ** 2).toPrecision(3))));
        at += token + 1;
      }
    }
  }
  return result;
}
