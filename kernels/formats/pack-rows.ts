/** Packing rows of blocks of 32 with importance weights: a value's weight depends on the whole row. */
import type { PackOptions } from "./block-format.ts";
import { meanSquare, weigh } from "./importance.ts";
import { scalarSearch, weightedSearch } from "./search.ts";

let weights = new Float32Array(0);
let numbers = new Uint8Array(0);
let scales = new Float32Array(0);
let minima = new Float32Array(0);

/** Writes a block, of 32 numbers from `numbers[at…]`. */
type WriteBlock = (to: number, numbers: Uint8Array, at: number, scale: number, m: number) => void;

interface Rows {
  readonly values: Float32Array;
  readonly offset: number;
  readonly blocks: number;
  readonly outOffset: number;
  readonly blockBytes: number;
}

/**
 * Numbers 0 … 2·bound − 1, of which `bound` stands for 0.
 * Source: `quantize_row_q4_0_impl`, `quantize_row_q5_0_impl`, llama.cpp 0c1e570, ggml-quants.c.
 */
export function packWithScale(rows: Rows, bound: number, options: PackOptions, write: WriteBlock): void {
  const { search = scalarSearch } = options;
  eachRow(rows, options.importance!, write, (start, count) => {
    search.fitScale({ values: rows.values, start, weights, count, length: 32, numbers, from: 0 }, bound, scales);
  });
}

/**
 * Numbers 0 … top, with a minimum.
 * Source: `quantize_row_q4_1_impl`, `quantize_row_q5_1_impl`, llama.cpp 0c1e570, ggml-quants.c.
 */
export function packWithMin(rows: Rows, top: number, options: PackOptions, write: WriteBlock): void {
  const { search = scalarSearch } = options;
  eachRow(rows, options.importance!, write, (start, count) => {
    const groups = { values: rows.values, start, weights, count, length: 32, numbers, from: 0 };
    search.fitScaleAndMin(groups, weightedSearch(top), scales, minima);
  });
}

function eachRow(
  { values, offset, blocks, outOffset, blockBytes }: Rows,
  importance: Float32Array,
  write: WriteBlock,
  fit: (start: number, count: number) => void,
): void {
  const columns = importance.length;
  const count = columns / 32;
  if (weights.length < columns) {
    weights = new Float32Array(columns);
    numbers = new Uint8Array(columns);
    scales = new Float32Array(count);
    minima = new Float32Array(count);
  }
  for (let block = 0; block < blocks; block += count) {
    const start = offset + 32 * block;
    weigh(values, start, importance, 0, columns, meanSquare(values, start, columns, 1), weights);
    minima.fill(0);
    fit(start, count);
    for (let k = 0; k < count; k++) {
      write(outOffset + (block + k) * blockBytes, numbers, 32 * k, scales[k], minima[k]);
    }
  }
}

/** 32 numbers of 4 bits as 16 bytes: j in the low nibble of byte j, j + 16 in the high one. */
export function writeNibbles(out: Uint8Array, to: number, codes: Uint8Array, at: number): void {
  for (let j = 0; j < 16; j++) out[to + j] = (codes[at + j] & 15) | ((codes[at + 16 + j] & 15) << 4);
}

/** The fifth bits of 32 numbers as 4 bytes. */
export function writeFifthBits(out: Uint8Array, to: number, codes: Uint8Array, at: number): void {
  out.fill(0, to, to + 4);
  for (let j = 0; j < 32; j++) out[to + (j >> 3)] |= ((codes[at + j] >> 4) & 1) << (j & 7);
}
