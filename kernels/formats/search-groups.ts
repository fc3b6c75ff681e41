/**
 * How formats find scales when they pack: least squares over a few ways of rounding, weighted. All arithmetic is in single
 * precision and in the order written down, since the bytes that come out are compared with ggml's. Groups do not know of
 * each other, so that an implementation may compute several at a time: `scalarSearch` is the definition of what all give.
 */
/** What `fitScaleAndMin` tries, and for which numbers. */
export interface AffineSearch {
  /** The largest number; the smallest is 0. */
  readonly top: number;
  /** The range of values is divided by `top + first`, and then by `step` more, `steps` times. */
  readonly first: number;
  readonly step: number;
  readonly steps: number;
  /** Whether errors count by their magnitude instead of their square. */
  readonly absolute: boolean;
}

/**
 * Groups of `length` values each, side by side from `values[start]`; their weights from `weights[0]`; the numbers that are
 * found go to `numbers[from…]`.
 */
export interface Groups {
  readonly values: Float32Array;
  readonly start: number;
  readonly weights: Float32Array;
  readonly count: number;
  readonly length: number;
  readonly numbers: Uint8Array;
  readonly from: number;
}

/** Finds scales for groups of values. */
export interface Search {
  /**
   * Of each group scale s and offset −m (m ≥ 0) with s · number − m near the values: into `scales`, `minima`.
   * Source: `make_qkx2_quants`, `make_qkx3_quants`, llama.cpp 0c1e570, ggml-quants.c.
   */
  fitScaleAndMin(groups: Groups, search: AffineSearch, scales: Float32Array, minima: Float32Array): void;
  /**
   * Of each group the scale s with s · (number − bound) near the values, numbers from 0 to 2·bound − 1.
   * Source: `make_qx_quants` with rmse_type 1, llama.cpp 0c1e570, ggml-quants.c.
   */
  fitScale(groups: Groups, bound: number, scales: Float32Array): void;
}
