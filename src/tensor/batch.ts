/** Positions in a page of the key-value cache, and in a chunk of attention: they are the same by design. */
export const pageLength = 64;

/**
 * What one forward pass computes: a list of tokens, each with its sequence and position. One sequence's prompt, one
 * token each of many sequences, or any mixture, is the same thing to the model.
 */
export interface Batch {
  /** Token ids. [tokens] */
  readonly tokens: Int32Array;
  /** Position of each token in its sequence, from 0. [tokens] */
  readonly positions: Int32Array;
  /** For each token, which of `pageTables` is its sequence's. [tokens] */
  readonly sequences: Int32Array;
  /** For each sequence, its pages of the cache in order: page c holds positions 64c … 64c + 63. */
  readonly pageTables: readonly Int32Array[];
  /** The rows (indices into `tokens`) whose logits are wanted, ascending. */
  readonly outputs: Int32Array;
  /** Where the result goes, instead of a new array. [outputs, columns of the result] */
  readonly into?: Float32Array | undefined;
}

/** The cache row in which token `t` of the batch keeps its key and value. */
export function cacheRow(batch: Batch, t: number): number {
  const position = batch.positions[t];
  const page = batch.pageTables[batch.sequences[t]][Math.floor(position / pageLength)];
  return page * pageLength + (position % pageLength);
}
