import { tinyLlama, type TinyLlamaOptions } from "../../support/tiny-llama.ts";
import { type ImportanceMatrix, fileTypes } from "../../../src/compress/index.ts";
import { bytesSource, openGguf } from "../../../src/gguf/index.ts";

/** Small models whose tensors the mixtures treat differently. */
export const variants: Readonly<Record<string, TinyLlamaOptions>> = {
  "two query heads a key": { layers: 8, heads: 4, kvHeads: 2, headLength: 64, feedForwardLength: 256, tied: true },
  "four query heads a key": { layers: 8, heads: 4, kvHeads: 1, headLength: 64, feedForwardLength: 256, tied: false },
  "rows of 96": { layers: 3, heads: 4, kvHeads: 2, headLength: 24, feedForwardLength: 256, tied: true },
  "rows of 48": { layers: 2, heads: 4, kvHeads: 2, headLength: 12, feedForwardLength: 80, tied: false },
};

/** Those of whose files the sha256 is kept, since whole files are slow to make. */
export const wholeFiles = ["Q8_0", "Q4_K_M", "Q2_K", "IQ4_XS", "MXFP4_MOE"];

/** Made up: some columns matter more. */
export async function madeImatrix(model: Uint8Array): Promise<ImportanceMatrix> {
  const gguf = await openGguf(bytesSource(model));
  const matrices = [...gguf.tensors.values()].filter(
    ({ name, shape }) => name.startsWith("blk.") && shape.length === 2,
  );
  const entries = matrices.map(({ name, shape }, i) => {
    const sums = Float32Array.from({ length: shape[0] }, (_, k) => 1 + ((k * 7 + i) % 13) * 0.5);
    return [name, { sums, counts: Float32Array.of(16) }] as const;
  });
  return { entries: new Map(entries), datasets: ["a text"], chunkCount: 3, chunkSize: 512 };
}

/** What there is to make: every type of every model, with and without an importance matrix. */
export function cases(): { readonly variant: string; readonly type: string; readonly weighted: boolean }[] {
  return Object.keys(variants).flatMap((variant) =>
    fileTypes.flatMap(({ name }) => [false, true].map((weighted) => ({ variant, type: name, weighted }))),
  );
}

/** The matrices of each format; `"rest"` for the longest list. */
export function listFormats(tensors: readonly (readonly [name: string, format: string])[]): Record<string, string> {
  const lists = new Map<string, string[]>();
  for (const [name, format] of tensors) {
    if (name.includes("_norm")) continue;
    lists.set(format, [...(lists.get(format) ?? []), name.replace(/^blk\.(\d+)\.(.*)\.weight$/, "$1 $2")]);
  }
  const names = [...lists.keys()].sort();
  const length = (name: string) => lists.get(name)!.length;
  const longest = names.reduce((a, b) => (length(a) >= length(b) ? a : b));
  return Object.fromEntries(names.map((name) => [name, name === longest ? "rest" : lists.get(name)!.join(", ")]));
}

export { tinyLlama };
