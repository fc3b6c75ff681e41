import { join } from "node:path";
import { computeImatrix, writeImatrix } from "../../../src/compress/index.ts";
import { loadModel } from "../../../src/index.ts";
import { corpusStories } from "../../support/corpus.ts";
import { writeSmollm2AsF16 } from "../../support/smollm2-f16.ts";

/** Types that SmolLM2 is quantised to from F16. */
export const largeCases = ["Q8_0", "Q4_K_M", "Q2_K", "Q4_0", "IQ4_XS"].flatMap((type) =>
  [false, true].map((weighted) => ({ name: `${type}${weighted ? ", weighted" : ""}`, type, weighted })),
);

export const goldenPath = join(import.meta.dirname, "smollm2.json");

/** Its F16 file, and an importance matrix measured on stories, in a folder; the matrix's name goes into the files. */
export async function prepareSmollm2(folder: string): Promise<{ readonly whole: string; readonly imatrix: string }> {
  const whole = await writeSmollm2AsF16(join(folder, "whole.gguf"));
  const imatrix = "imatrix.gguf";
  const model = await loadModel(whole, { precision: "f32" });
  const tokens = model.tokenizer.encode(corpusStories("train-0.txt.gz", 16_000)).slice(0, 2048);
  await writeImatrix(join(folder, imatrix), await computeImatrix(model.loaded, tokens, { dataset: "stories" }));
  await model.close();
  return { whole, imatrix };
}
