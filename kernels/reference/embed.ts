import type { BlockFormat } from "../formats/index.ts";

/**
 * Token embedding: row `tokens[t]` of a [vocabulary, columns] table stored in `format`, unpacked to
 * `out[t·columns …]`. The caller has checked that every token is a row of the table.
 *
 * @param out [tokens, columns]
 */
export function embed(
  format: BlockFormat,
  bytes: Uint8Array,
  columns: number,
  tokens: Int32Array,
  out: Float32Array,
): void {
  const blocks = columns / format.blockLength;
  for (let t = 0; t < tokens.length; t++) {
    format.unpack(bytes, tokens[t] * blocks * format.blockBytes, blocks, out, t * columns);
  }
}
