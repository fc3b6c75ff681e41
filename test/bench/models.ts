import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { sharedFolder } from "../support/shared-folder.ts";
import { writeRandom8B } from "./random-8b.ts";
import { writeRandomLlama } from "./random-llama.ts";
import { cached } from "./support/folders.ts";
import { runProgram } from "./support/process.ts";

/** Formats that the real model is measured in. Q4_1 is what it comes in. */
export const smollm2Formats = ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "F16"] as const;

/** Formats of the random LLaMA; only these and F16 are made of it. */
export const randomFormats = ["Q4_K_M", "Q5_K_M", "Q6_K"] as const;

type Quantizer = () => Promise<string>;

/**
 * SmolLM2 in a format, made of the given Q4_1 file by `llama-quantize --allow-requantize`, not `--pure`: so the embedding,
 * which is the output matrix too, stays Q8_0 in all formats but F16 (its rows of 576 values suit no K format, so that
 * llama-quantize falls back from Q6_K to Q8_0), as it is in files that people download.
 * @param quantizer gives the path of llama-quantize, called only where a file is to be made
 */
export async function smollm2(format: string, quantizer: Quantizer): Promise<string> {
  const original = process.env.PELLUCID_BENCH_MODEL ?? join(sharedFolder, "models/SmolLM2-135M-Instruct.Q4_1.gguf");
  if (!existsSync(original)) throw new Error(`${original} is not there; set PELLUCID_SHARED or PELLUCID_BENCH_MODEL`);
  if (format === "Q4_1") return original;
  return made(`SmolLM2-135M-Instruct.${format}.gguf`, async (path) => {
    await runProgram(await quantizer(), ["--allow-requantize", original, path, format]);
  });
}

/** The random LLaMA in a format: F16 by our own writer, all others of that by llama-quantize with its mixtures. */
export function randomLlama(format: string, quantizer: Quantizer): Promise<string> {
  return made(`random-llama.${format}.gguf`, async (path) => {
    if (format === "F16") await writeRandomLlama(path);
    else await runProgram(await quantizer(), [await randomLlama("F16", quantizer), path, format]);
  });
}

/** A model of 8 billion random Q4_1 weights, or its first layers only. */
export function random8B(layers = 32): Promise<string> {
  return made(`random-8b.${layers}-layers.Q4_1.gguf`, (path) => writeRandom8B(path, layers));
}

/** The file of that name in the cache, made under another name first, so that an interrupted run leaves no half file. */
async function made(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = cached("models", name);
  if (existsSync(path)) return path;
  await make(`${path}.part`);
  renameSync(`${path}.part`, path);
  return path;
}
