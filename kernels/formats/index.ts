/** The ways that GGUF files store weights, by name. */
import { BF16 } from "./bf16.ts";
import type { BlockFormat, IntegerFormat } from "./block-format.ts";
import { F16 } from "./f16.ts";
import { F32 } from "./f32.ts";
import { IQ1_M } from "./iq1-m.ts";
import { IQ1_S } from "./iq1-s.ts";
import { IQ2_S } from "./iq2-s.ts";
import { IQ2_XS } from "./iq2-xs.ts";
import { IQ2_XXS } from "./iq2-xxs.ts";
import { IQ3_S } from "./iq3-s.ts";
import { IQ3_XXS } from "./iq3-xxs.ts";
import { IQ4_NL } from "./iq4-nl.ts";
import { IQ4_XS } from "./iq4-xs.ts";
import { MXFP4 } from "./mxfp4.ts";
import { NVFP4 } from "./nvfp4.ts";
import { Q1_0 } from "./q1-0.ts";
import { Q2_0 } from "./q2-0.ts";
import { Q2_K } from "./q2-k.ts";
import { Q3_K } from "./q3-k.ts";
import { Q4_0 } from "./q4-0.ts";
import { Q4_1 } from "./q4-1.ts";
import { Q4_K } from "./q4-k.ts";
import { Q5_0 } from "./q5-0.ts";
import { Q5_1 } from "./q5-1.ts";
import { Q5_K } from "./q5-k.ts";
import { Q6_K } from "./q6-k.ts";
import { Q8_0 } from "./q8-0.ts";
import { TQ1_0 } from "./tq1-0.ts";
import { TQ2_0 } from "./tq2-0.ts";

export { bfloat16ToSingle, singleToBfloat16 } from "./bfloat16.ts";
export { createIntegerRow } from "./block-format.ts";
export type { BlockFormat, IntegerFormat, IntegerRow, PackOptions } from "./block-format.ts";
export { halfToSingle, isFiniteHalf, singleToHalf } from "./half.ts";
export { scalarSearch, weightedSearch } from "./search.ts";
export type { AffineSearch, Groups, Search } from "./search-groups.ts";
export {
  F32,
  F16,
  BF16,
  Q1_0,
  Q2_0,
  Q4_0,
  Q4_1,
  Q5_0,
  Q5_1,
  Q8_0,
  Q2_K,
  Q3_K,
  Q4_K,
  Q5_K,
  Q6_K,
  IQ1_S,
  IQ1_M,
  IQ2_XXS,
  IQ2_XS,
  IQ2_S,
  IQ3_XXS,
  IQ3_S,
  IQ4_NL,
  IQ4_XS,
  TQ1_0,
  TQ2_0,
  MXFP4,
  NVFP4,
};

/** All formats. */
export const blockFormats: readonly BlockFormat[] = [
  F32,
  F16,
  BF16,
  Q1_0,
  Q2_0,
  Q4_0,
  Q4_1,
  Q5_0,
  Q5_1,
  Q8_0,
  Q2_K,
  Q3_K,
  Q4_K,
  Q5_K,
  Q6_K,
  IQ1_S,
  IQ1_M,
  IQ2_XXS,
  IQ2_XS,
  IQ2_S,
  IQ3_XXS,
  IQ3_S,
  IQ4_NL,
  IQ4_XS,
  TQ1_0,
  TQ2_0,
  MXFP4,
  NVFP4,
];

const byName = new Map(blockFormats.map((format) => [format.name, format]));

/** The format that GGUF calls by this name (`"Q4_1"`), or undefined. */
export function formatByName(name: string): BlockFormat | undefined {
  return byName.get(name);
}

/** Whether a format's blocks also have a reading as integers, for the `int8` precision. */
export function isIntegerFormat(format: BlockFormat): format is IntegerFormat {
  return "unpackIntegers" in format;
}
