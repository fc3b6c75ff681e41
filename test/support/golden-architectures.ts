import { readFileSync } from "node:fs";
import { argmax } from "../../kernels/reference/index.ts";
import { type Gguf, openGguf, openSource } from "../../src/gguf/index.ts";
import { Context, type LoadedModel, loadModelInto } from "../../src/model/index.ts";
import { createWasmBackend } from "../../src/plan/index.ts";
import type { Precision } from "../../src/tensor/index.ts";
import { float32File } from "./golden-smollm2.ts";
import { shared } from "./shared.ts";

/** What llama.cpp answers for a small random model. */
export interface ArchitectureCase {
  readonly tokens: readonly number[];
  /** Of every token. [tokens, vocabulary] */
  readonly logits: Float32Array;
  readonly prompt: readonly number[];
  /** What follows the prompt, and each step's distance to the runner-up. */
  readonly greedy: readonly number[];
  readonly greedy_margin: readonly number[];
  /** How far llama.cpp's run on the quantised file is from that on its F32 copy. */
  readonly llama_cpp_nmse: number;
}

/** The names of the cases of the shared folder. */
export const goldenArchitectures = [
  "command-r-dense.Q5_0",
  "gemma2-dense.BF16",
  "gemma3-dense.Q8_0",
  "gpt-oss-moe.Q8_0",
  "granite-dense.Q4_0",
  "llama-dense.F32",
  "llama-moe.Q8_0",
  "olmo2-dense.Q3_K_M",
  "phi3-dense.Q5_K_M",
  "qwen2-dense.F16",
  "qwen3-dense.Q4_K_M",
  "qwen3moe-moe.Q6_K",
  "smollm3-dense.Q5_1",
  "stablelm-dense.Q2_K",
] as const;

/** A case of the shared folder, with the path of its model. */
export function goldenArchitecture(name: string): ArchitectureCase & { readonly path: string } {
  const folder = "golden/architectures";
  const json = JSON.parse(readFileSync(shared(folder, `${name}.json`), "utf8")) as Omit<ArchitectureCase, "logits"> & {
    readonly model: string;
    readonly logits: string;
  };
  return { ...json, logits: float32File(shared(folder, json.logits)), path: shared(folder, json.model) };
}

/** Opens a model, lets `body` compute with it by the fast kernels, and closes it. */
export async function withModel<T>(
  source: string | Uint8Array,
  precision: Precision,
  body: (model: LoadedModel, gguf: Gguf) => Promise<T>,
): Promise<T> {
  const gguf = await openGguf(await openSource(source));
  try {
    const backend = await createWasmBackend({ precision, threads: 1 });
    return await body(await loadModelInto(backend, gguf), gguf);
  } finally {
    await gguf.close();
  }
}

/**
 * Where a model would go on differently than llama.cpp after the prompt and the first greedy tokens, among the steps
 * that are decided by at least `margin`.
 */
export async function differingSteps(model: LoadedModel, golden: ArchitectureCase, margin: number): Promise<number[]> {
  const { prompt, greedy, greedy_margin: margins } = golden;
  const logits = await new Context(model).forward([...prompt, ...greedy]);
  const { vocabularySize } = model.config;
  return greedy.flatMap((token, step) => {
    const row = prompt.length - 1 + step;
    const ours = argmax(logits.subarray(row * vocabularySize, (row + 1) * vocabularySize));
    return margins[step] >= margin && ours !== token ? [step] : [];
  });
}
