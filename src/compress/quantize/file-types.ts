import { InvalidArgumentError } from "../../errors.ts";

/** What a whole file is quantised to: a mixture of block formats with a name. */
export interface FileType {
  /** As `llama-quantize` calls it: `"Q4_K_M"`. */
  readonly name: string;
  /** What `general.file_type` says. Source: `llama_ftype`, llama.cpp 0c1e570, llama.h. */
  readonly id: number;
  /** The format of most tensors. Source: `llama_ftype_get_default_type`, llama.cpp 0c1e570, llama-quant.cpp. */
  readonly format: string;
}

const table: readonly (readonly [name: string, id: number, format: string])[] = [
  ["F32", 0, "F32"],
  ["F16", 1, "F16"],
  ["BF16", 32, "BF16"],
  ["Q4_0", 2, "Q4_0"],
  ["Q4_1", 3, "Q4_1"],
  ["Q5_0", 8, "Q5_0"],
  ["Q5_1", 9, "Q5_1"],
  ["Q8_0", 7, "Q8_0"],
  ["Q2_K", 10, "Q2_K"],
  ["Q2_K_S", 21, "Q2_K"],
  ["Q3_K_S", 11, "Q3_K"],
  ["Q3_K_M", 12, "Q3_K"],
  ["Q3_K_L", 13, "Q3_K"],
  ["Q4_K_S", 14, "Q4_K"],
  ["Q4_K_M", 15, "Q4_K"],
  ["Q5_K_S", 16, "Q5_K"],
  ["Q5_K_M", 17, "Q5_K"],
  ["Q6_K", 18, "Q6_K"],
  ["IQ4_NL", 25, "IQ4_NL"],
  ["IQ4_XS", 30, "IQ4_XS"],
  ["TQ1_0", 36, "TQ1_0"],
  ["TQ2_0", 37, "TQ2_0"],
  ["MXFP4_MOE", 38, "MXFP4"],
];

/** Everything that a file can be quantised to. */
export const fileTypes: readonly FileType[] = table.map(([name, id, format]) => ({ name, id, format }));

/** Other names that `llama-quantize` takes, and one for MXFP4. */
const aliases = new Map([
  ["Q3_K", "Q3_K_M"],
  ["Q4_K", "Q4_K_M"],
  ["Q5_K", "Q5_K_M"],
  ["MXFP4", "MXFP4_MOE"],
]);

/**
 * The type of this name, in any case.
 * @throws InvalidArgumentError with the names that there are
 */
export function fileTypeByName(name: string): FileType {
  const wanted = aliases.get(name.toUpperCase()) ?? name.toUpperCase();
  const found = fileTypes.find((type) => type.name === wanted);
  if (found !== undefined) return found;
  const names = fileTypes.map((type) => type.name).join(", ");
  throw new InvalidArgumentError(`a model can't be quantised to "${name}"; there are ${names}`);
}
