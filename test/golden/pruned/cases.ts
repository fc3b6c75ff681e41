import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StructureChoice, pruneStructure } from "../../../src/compress/index.ts";
import { models } from "../fixtures/architectures/models.ts";
import { type RandomModel, randomModel } from "../fixtures/architectures/random-model.ts";

/** Random models, and what is removed of them. */
export const cases: Readonly<
  Record<string, { readonly model: string; readonly layers: number; readonly choice: StructureChoice }>
> = {
  layers: { model: "llama", layers: 4, choice: { layers: [0, 2] } },
  channels: { model: "llama", layers: 2, choice: { channels: each(2, [0, 1, 2, 3, 17, 40, 41, 95]) } },
  heads: { model: "llama", layers: 2, choice: { kvHeads: [[0], [1]] } },
  everything: {
    model: "llama",
    layers: 3,
    choice: { layers: [1], channels: each(3, [5, 6, 7, 8]), kvHeads: each(3, [1]) },
  },
  "heads, with norms of their own": { model: "qwen3", layers: 2, choice: { kvHeads: [[1], [0]] } },
  "heads, with sinks": { model: "gpt-oss", layers: 2, choice: { kvHeads: [[0], [1]] } },
  "layers and channels, with biases": {
    model: "qwen2",
    layers: 3,
    choice: { layers: [1], channels: each(3, [5, 6, 7, 8]) },
  },
};

function each(layers: number, places: readonly number[]): (readonly number[])[] {
  return Array.from({ length: layers }, () => places);
}

/** The pruned model in single precision. */
export async function prunedModel(name: string): Promise<Uint8Array> {
  const { model, layers, choice } = cases[name];
  const whole: RandomModel = { ...models[model], layers };
  const folder = mkdtempSync(join(tmpdir(), "pellucid-pruned-"));
  try {
    const out = join(folder, "pruned.gguf");
    await pruneStructure(await randomModel(`pruned ${name}`, whole, "copy"), out, choice);
    return new Uint8Array(readFileSync(out));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
