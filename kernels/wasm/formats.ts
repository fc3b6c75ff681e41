/** The numbers by which the kernels know formats: GGUF's. */
export const kernelFormats: Readonly<Record<string, number | undefined>> = {
  F32: 0,
  F16: 1,
  Q4_0: 2,
  Q4_1: 3,
  Q5_0: 6,
  Q5_1: 7,
  Q8_0: 8,
  Q2_K: 10,
  Q3_K: 11,
  Q4_K: 12,
  Q5_K: 13,
  Q6_K: 14,
  IQ4_NL: 20,
  IQ4_XS: 23,
  BF16: 30,
  MXFP4: 39,
};

/** The number of a layout that no file has: any quantised format as integers, unpacked before it is packed. */
export const integersFormat = 1000;

/** The formats that have an `int8` product. */
export const integerFormats = [
  "Q4_0",
  "Q4_1",
  "Q5_0",
  "Q5_1",
  "Q8_0",
  "Q2_K",
  "Q3_K",
  "Q4_K",
  "Q5_K",
  "Q6_K",
  "IQ4_NL",
  "IQ4_XS",
  "MXFP4",
] as const;
/** The name of an `int8` product: a format's, or that of the layout that no file has. */
export type IntegerFormatName = (typeof integerFormats)[number] | "Integers";
