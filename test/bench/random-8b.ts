import { singleToHalf } from "../../kernels/formats/index.ts";
import { type TensorToWrite, writeGgufFile } from "../../src/gguf/index.ts";
import { dtypeByName } from "../../src/tensor/index.ts";
import { type LlamaShape, type WeightShape, llamaMetadata, weightShapes } from "./llama-metadata.ts";
import { randomWords } from "./random-numbers.ts";
import { norm } from "./random-llama.ts";

/** The shapes of Llama 3 8B (https://arxiv.org/abs/2407.21783, table 3): more than 5 GB of Q4_1. */
export const shape8B: LlamaShape = {
  name: "random 8B",
  layers: 32,
  width: 4096,
  heads: 32,
  kvHeads: 8,
  feedForward: 14336,
  vocabulary: 128256,
  contextLength: 8192,
  ropeBase: 500000,
};

/** Writes a LLaMA of random Q4_1 blocks, a row at a time, so that writing it takes little memory. */
export async function writeRandom8B(path: string, layers: number, shape: LlamaShape = shape8B): Promise<void> {
  const fileTypeMostlyQ4_1 = 3;
  const weights = weightShapes({ ...shape, layers });
  await writeGgufFile(path, {
    metadata: llamaMetadata({ ...shape, layers }, fileTypeMostlyQ4_1),
    tensors: weights.map((weight, i) => (weight.rows === 1 ? norm(weight) : matrix(weight, i + 1))),
  });
}

function matrix({ name, columns, rows }: WeightShape, seed: number): TensorToWrite {
  return { name, dtype: dtypeByName("Q4_1")!, shape: [columns, rows], data: () => blocks(columns, rows, seed) };
}

/**
 * Blocks of 20 bytes: scale and minimum in half precision, such that the 16 levels lie evenly around 0 with a deviation of
 * about 0.02, then 16 random bytes.
 */
function* blocks(columns: number, rows: number, seed: number): Generator<Uint8Array> {
  const next = randomWords(seed);
  const scale = singleToHalf(0.02 / 4.6);
  const minimum = singleToHalf((-7.5 * 0.02) / 4.6);
  const wordsPerRow = (columns / 32) * 5;
  for (let row = 0; row < rows; row++) {
    const words = new Uint32Array(wordsPerRow);
    for (let i = 0; i < wordsPerRow; i++) words[i] = i % 5 === 0 ? (minimum << 16) | scale : next();
    yield new Uint8Array(words.buffer);
  }
}
