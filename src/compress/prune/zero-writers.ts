/**
 * Makes value `k` of the blocks at `bytes[offset…]` zero, and leaves the bits of all others as they are.
 * @param k from the start of the blocks
 */
export type WriteZero = (bytes: Uint8Array, offset: number, k: number) => void;

function ofPlainValues(length: number): WriteZero {
  return (bytes, offset, k) => void bytes.fill(0, offset + k * length, offset + (k + 1) * length);
}

/** Formats of 32 values in four-bit halves of bytes, from `first` on: value j in the low half, j + 16 in the high one. */
function ofHalves(blockBytes: number, first: number, code: number): WriteZero {
  return (bytes, offset, k) => {
    const at = offset + (k >> 5) * blockBytes + first + (k & 15);
    bytes[at] = (k & 16) === 0 ? (bytes[at] & 0xf0) | code : (bytes[at] & 0x0f) | (code << 4);
  };
}

const lowHalves5 = ofHalves(22, 6, 0);

/**
 * The formats that hold exact zeros whatever the other values of the block are: the layouts are drawn in
 * `kernels/formats/`. Formats with a minimum have zero only where the minimum happens to be one of their steps.
 */
const writers: Readonly<Record<string, WriteZero>> = {
  F32: ofPlainValues(4),
  F16: ofPlainValues(2),
  BF16: ofPlainValues(2),
  Q4_0: ofHalves(18, 2, 8),
  MXFP4: ofHalves(17, 1, 0),
  Q5_0: (bytes, offset, k) => {
    lowHalves5(bytes, offset, k);
    bytes[offset + (k >> 5) * 22 + 2 + ((k >> 3) & 3)] |= 1 << (k & 7);
  },
  Q8_0: (bytes, offset, k) => {
    bytes[offset + (k >> 5) * 34 + 2 + (k & 31)] = 0;
  },
  Q3_K: (bytes, offset, k) => {
    const block = offset + (k >> 8) * 110;
    const [half, quarter, j] = [(k >> 7) & 1, (k >> 5) & 3, k & 31];
    bytes[block + j] |= 1 << (4 * half + quarter);
    bytes[block + 32 + 32 * half + j] &= ~(3 << (2 * quarter));
  },
  Q6_K: (bytes, offset, k) => {
    const block = offset + (k >> 8) * 210;
    const [half, quarter, j] = [(k >> 7) & 1, (k >> 5) & 3, k & 31];
    const low = block + 64 * half + 32 * (quarter & 1) + j;
    bytes[low] &= quarter < 2 ? 0xf0 : 0x0f;
    const high = block + 128 + 32 * half + j;
    bytes[high] = (bytes[high] & ~(3 << (2 * quarter))) | (2 << (2 * quarter));
  },
};

/** Undefined where the format holds no exact zeros. */
export function zeroWriter(format: string): WriteZero | undefined {
  return Object.hasOwn(writers, format) ? writers[format] : undefined;
}

/** Their names. */
export const formatsWithZeros: readonly string[] = Object.keys(writers);
