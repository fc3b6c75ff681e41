/** A block of numbers with its shape, the last dimension contiguous: `shape: [tokens, columns]`. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
