/**
 * The tensor types of GGUF by number and name, with the size of their blocks.
 * Source: `ggml_type` in ggml.h and `type_traits` in ggml.c, at llama.cpp 0c1e570.
 */
export interface Dtype {
  /** The number that a GGUF file stores. */
  readonly id: number;
  /** ggml's name without its prefix: `"Q4_1"`. */
  readonly name: string;
  /** Values in a block; a row's length is a multiple of it. */
  readonly blockLength: number;
  /** Bytes of a block. */
  readonly blockBytes: number;
}

const table: readonly (readonly [id: number, name: string, blockLength: number, blockBytes: number])[] = [
  [0, "F32", 1, 4],
  [1, "F16", 1, 2],
  [2, "Q4_0", 32, 18],
  [3, "Q4_1", 32, 20],
  [6, "Q5_0", 32, 22],
  [7, "Q5_1", 32, 24],
  [8, "Q8_0", 32, 34],
  [9, "Q8_1", 32, 36],
  [10, "Q2_K", 256, 84],
  [11, "Q3_K", 256, 110],
  [12, "Q4_K", 256, 144],
  [13, "Q5_K", 256, 176],
  [14, "Q6_K", 256, 210],
  [15, "Q8_K", 256, 292],
  [16, "IQ2_XXS", 256, 66],
  [17, "IQ2_XS", 256, 74],
  [18, "IQ3_XXS", 256, 98],
  [19, "IQ1_S", 256, 50],
  [20, "IQ4_NL", 32, 18],
  [21, "IQ3_S", 256, 110],
  [22, "IQ2_S", 256, 82],
  [23, "IQ4_XS", 256, 136],
  [24, "I8", 1, 1],
  [25, "I16", 1, 2],
  [26, "I32", 1, 4],
  [27, "I64", 1, 8],
  [28, "F64", 1, 8],
  [29, "IQ1_M", 256, 56],
  [30, "BF16", 1, 2],
  [34, "TQ1_0", 256, 54],
  [35, "TQ2_0", 256, 66],
  [39, "MXFP4", 32, 17],
  [40, "NVFP4", 64, 36],
  [41, "Q1_0", 128, 18],
  [42, "Q2_0", 64, 18],
];

/** All types, in the order of their numbers. */
export const dtypes: readonly Dtype[] = table.map(([id, name, blockLength, blockBytes]) => ({
  id,
  name,
  blockLength,
  blockBytes,
}));

const byId = new Map(dtypes.map((dtype) => [dtype.id, dtype]));
const byName = new Map(dtypes.map((dtype) => [dtype.name, dtype]));

/** Numbers that ggml used for a while, and the type that holds the same values today. */
export const formerDtypes: ReadonlyMap<number, readonly [name: string, nearest: string]> = new Map([
  [4, ["Q4_2", "Q4_0"]],
  [5, ["Q4_3", "Q4_1"]],
  [31, ["Q4_0_4_4", "Q4_0"]],
  [32, ["Q4_0_4_8", "Q4_0"]],
  [33, ["Q4_0_8_8", "Q4_0"]],
  [36, ["IQ4_NL_4_4", "IQ4_NL"]],
  [37, ["IQ4_NL_4_8", "IQ4_NL"]],
  [38, ["IQ4_NL_8_8", "IQ4_NL"]],
]);

/** The type with this number in a GGUF file, or undefined. */
export function dtypeById(id: number): Dtype | undefined {
  return byId.get(id);
}

/** The type of this name, or undefined. */
export function dtypeByName(name: string): Dtype | undefined {
  return byName.get(name);
}
