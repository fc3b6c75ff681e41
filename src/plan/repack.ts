import {
  type BlockFormat,
  type IntegerFormat,
  createIntegerRow,
  isIntegerFormat,
  singleToHalf,
} from "../../kernels/formats/index.ts";
import { type IntegerFormatName, integersFormat, kernelFormats } from "../../kernels/wasm/index.ts";

/** How a format without kernels of its own is kept, so that products give the same bits as on the format itself. */
export interface Repacking {
  /** The number of the layout. */
  readonly kernelFormat: number;
  /** The product that multiplies integers, if the format has integers. */
  readonly integers: IntegerFormatName | undefined;
  /** Turns rows of the format's blocks into blocks of the layout's format; absent where `packIntegers` packs them. */
  readonly convert?: (format: BlockFormat, bytes: Uint8Array, rows: number, columns: number) => Uint8Array;
}

const half: Repacking = { kernelFormat: kernelFormats.F16!, integers: undefined, convert: toF16 };
const nibbles: Repacking = { kernelFormat: kernelFormats.Q4_0!, integers: "Q4_0", convert: toQ4_0 };

/**
 * The layout for a format: NVFP4's values are halves (a level of 4 bits times a scale of 4), the integers of one, two and
 * ternary bits fit four, one scale for each 32. Others become integers with factors, at 10 bits a weight.
 */
export function repackingOf(format: BlockFormat): Repacking {
  if (!isIntegerFormat(format)) return half;
  if (["Q1_0", "Q2_0", "TQ1_0", "TQ2_0"].includes(format.name)) return nibbles;
  return { kernelFormat: integersFormat, integers: "Integers" };
}

function toF16(format: BlockFormat, bytes: Uint8Array, rows: number, columns: number): Uint8Array {
  const values = new Float32Array(rows * columns);
  format.unpack(bytes, 0, values.length / format.blockLength, values, 0);
  return new Uint8Array(Uint16Array.from(values, singleToHalf).buffer);
}

function toQ4_0(format: BlockFormat, bytes: Uint8Array, rows: number, columns: number): Uint8Array {
  const row = createIntegerRow(rows * columns);
  (format as IntegerFormat).unpackIntegers(bytes, 0, (rows * columns) / format.blockLength, row, 0);
  const out = new Uint8Array((rows * columns * 18) / 32);
  row.scale.forEach((scale, group) => {
    const [from, to, d] = [32 * group, 18 * group, singleToHalf(scale)];
    out[to] = d & 255;
    out[to + 1] = d >> 8;
    for (let j = 0; j < 16; j++) out[to + 2 + j] = (row.q[from + j] + 8) | ((row.q[from + 16 + j] + 8) << 4);
  });
  return out;
}

/**
 * Packs rows of a format's blocks as integers with factors (`packed.ts` of the kernels), to the memory that `words` and
 * `singles` show, from byte `address` on. `rows` is a multiple of 4, unless it is the weight's end.
 */
export function packIntegers(
  format: BlockFormat,
  bytes: Uint8Array,
  rows: number,
  columns: number,
  words: Int32Array,
  singles: Float32Array,
  address: number,
): void {
  const groups = columns / 32;
  const rowBytes = (columns / format.blockLength) * format.blockBytes;
  const row = createIntegerRow(columns);
  // Four integers, and both factors of a group, are a word each.
  const [q, factors] = [new Int32Array(row.q.buffer), new Int32Array(row.factor.buffer)];
  words.fill(0, address / 4, address / 4 + Math.ceil(rows / 4) * groups * groupWords);
  for (let r = 0; r < rows; r++) {
    (format as IntegerFormat).unpackIntegers(bytes, r * rowBytes, columns / format.blockLength, row, 0);
    let at = address / 4 + Math.floor(r / 4) * groups * groupWords + (r % 4);
    for (let group = 0; group < groups; group++, at += groupWords) {
      for (let quad = 0; quad < 8; quad++) words[at + 4 * quad] = q[8 * group + quad];
      words[at + 32] = factors[group];
      singles[at + 36] = row.scale[group];
    }
  }
}

/** Four rows of 32 integers, two factors of 16 bits for each row, a scale for each. */
const groupWords = 40;
