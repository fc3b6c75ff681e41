import { createIntegerRow } from "./block-format.ts";
import type { BlockFormat, IntegerFormat, IntegerRow } from "./block-format.ts";
import { findNonFiniteHalf } from "./block-parts.ts";

/** What sets one format apart, where its values are by definition what the integers say. */
export interface IntegerFormatParts {
  readonly name: string;
  readonly blockLength: number;
  readonly blockBytes: number;
  readonly hasMin: boolean;
  /** Where in a block the half-precision scales lie, in bytes. */
  readonly scalesAt: number;
  /** Writes the block at `bytes[at…]` as integers, the first value at `out.q[to]`. */
  unpackBlock(bytes: Uint8Array, at: number, out: IntegerRow, to: number): void;
  readonly findNonFinite?: BlockFormat["findNonFinite"];
  readonly pack?: BlockFormat["pack"];
}

/** One block at a time passes through here on the way from integers to singles. */
const scratch = createIntegerRow(256);

/**
 * A format of which only the integers are written down. `unpack` multiplies them out: the products are exact in double
 * precision, and so is their sum, so that storing it as a single is the only rounding, as it is in ggml.
 */
export function integerFormat(parts: IntegerFormatParts): IntegerFormat {
  const { name, blockLength, blockBytes, hasMin, scalesAt } = parts;
  return {
    name,
    blockLength,
    blockBytes,
    hasMin,

    unpack(bytes, offset, blocks, out, outOffset) {
      for (let block = 0; block < blocks; block++) {
        parts.unpackBlock(bytes, offset + block * blockBytes, scratch, 0);
        if (hasMin) multiplyWithMin(scratch, blockLength, out, outOffset + block * blockLength);
        else multiply(scratch, blockLength, out, outOffset + block * blockLength);
      }
    },

    unpackIntegers(bytes, offset, blocks, out, outOffset) {
      for (let block = 0; block < blocks; block++) {
        parts.unpackBlock(bytes, offset + block * blockBytes, out, outOffset + block * blockLength);
      }
    },

    findNonFinite:
      parts.findNonFinite ??
      ((bytes, offset, blocks) => findNonFiniteHalf(bytes, offset, blocks, blockBytes, scalesAt, hasMin ? 2 : 1)),

    ...(parts.pack && { pack: parts.pack }),
  };
}

function multiply(row: IntegerRow, length: number, out: Float32Array, to: number): void {
  const { q, factor, scale } = row;
  for (let start = 0; start < length; start += 16) {
    const unit = scale[start >> 5] * factor[start >> 4];
    for (let k = start; k < start + 16; k++) out[to + k] = unit * q[k];
  }
}

function multiplyWithMin(row: IntegerRow, length: number, out: Float32Array, to: number): void {
  const { q, factor, scale, offset, min } = row;
  for (let start = 0; start < length; start += 16) {
    const unit = scale[start >> 5] * factor[start >> 4];
    const shift = min[start >> 5] * offset[start >> 4];
    for (let k = start; k < start + 16; k++) out[to + k] = unit * q[k] + shift;
  }
}
