import type { Search } from "./search-groups.ts";

/**
 * A way of storing numbers: blocks of `blockLength` values in `blockBytes` bytes each, little-endian, without padding
 * between blocks. A row of a weight is a whole number of blocks.
 */
export interface BlockFormat {
  /** As GGUF names it: `"Q4_1"`. */
  readonly name: string;
  readonly blockLength: number;
  readonly blockBytes: number;
  /**
   * Turns `blocks` blocks at `bytes[offset…]` into `blocks * blockLength` single-precision values at `out[outOffset…]`,
   * the same bits that ggml's `to_float` gives.
   */
  unpack(bytes: Uint8Array, offset: number, blocks: number, out: Float32Array, outOffset: number): void;
  /**
   * The place, in bytes from `offset`, of the first block whose half-precision scale (or value) is infinite or NaN,
   * or −1. Such weights are refused at load.
   */
  findNonFinite(bytes: Uint8Array, offset: number, blocks: number): number;
  /**
   * Turns `blocks * blockLength` finite values at `values[offset…]` into blocks at `out[outOffset…]`, the same bytes that
   * ggml gives with the same importance. Absent where that is not written yet.
   */
  pack?(
    values: Float32Array,
    offset: number,
    blocks: number,
    out: Uint8Array,
    outOffset: number,
    options?: PackOptions,
  ): void;
}

/** How to pack. */
export interface PackOptions {
  /**
   * How much errors in each column of a row count, such as the mean square of what the column is multiplied by. The
   * blocks are then whole rows. Formats without a search (Q8_0, TQ1_0, TQ2_0, MXFP4, F16, BF16) have no use for it.
   * [columns]
   */
  readonly importance?: Float32Array | undefined;
  /** What finds scales: faster ones than the plain TypeScript give the same bytes. */
  readonly search?: Search | undefined;
}

/** A quantised format, whose blocks also have a reading as integers, which the `int8` precision multiplies. */
export interface IntegerFormat extends BlockFormat {
  /** Whether values have an offset besides the scale (`Q4_1`'s m): the `min` and `offset` of `IntegerRow` are used. */
  readonly hasMin: boolean;
  /** Writes `blocks` blocks as integers, the first value at `out.q[outOffset]`; `outOffset` is a multiple of 32. */
  unpackIntegers(bytes: Uint8Array, offset: number, blocks: number, out: IntegerRow, outOffset: number): void;
}

/**
 * A row of quantised values as integers times scales. Value k is, in exact arithmetic,
 *
 *     scale[k >> 5] · factor[k >> 4] · q[k]  +  min[k >> 5] · offset[k >> 4]
 *
 * so that the product with a row of 8-bit activations is sums of integers, multiplied once per 32 values.
 */
export interface IntegerRow {
  /** The integers, −128…127. [columns] */
  readonly q: Int8Array;
  /** Integer factor of each 16 values (1 where the format has none). [columns / 16] */
  readonly factor: Int16Array;
  /** Scale of each 32 values. [columns / 32] */
  readonly scale: Float32Array;
  /** Integer factor of the offset of each 16 values (1 where the format has none). [columns / 16] */
  readonly offset: Int16Array;
  /** Offset of each 32 values, with its sign (0 where `hasMin` is false). [columns / 32] */
  readonly min: Float32Array;
}

/** An empty row of `columns` values (a multiple of 32) to unpack into. */
export function createIntegerRow(columns: number): IntegerRow {
  return {
    q: new Int8Array(columns),
    factor: new Int16Array(columns / 16),
    scale: new Float32Array(columns / 32),
    offset: new Int16Array(columns / 16),
    min: new Float32Array(columns / 32),
  };
}
