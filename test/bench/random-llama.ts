import { singleToHalf } from "../../kernels/formats/index.ts";
import { type TensorToWrite, writeGgufFile } from "../../src/gguf/index.ts";
import { dtypeByName } from "../../src/tensor/index.ts";
import { type LlamaShape, type WeightShape, llamaMetadata, weightShapes } from "./llama-metadata.ts";
import { randomNormals } from "./random-numbers.ts";

/** Rows of 1,024 and 2,816 values are whole blocks of 256, so that every K format applies. */
export const randomLlamaShape: LlamaShape = {
  name: "random LLaMA",
  layers: 16,
  width: 1024,
  heads: 16,
  kvHeads: 4,
  feedForward: 2816,
  vocabulary: 32768,
  contextLength: 8192,
  ropeBase: 10000,
};

const deviation = 0.02;

/** Writes a LLaMA whose matrices are normal numbers in F16 and whose norms are 1, the same for the same seed. */
export async function writeRandomLlama(path: string, shape: LlamaShape = randomLlamaShape, seed = 1): Promise<void> {
  const fileTypeMostlyF16 = 1;
  await writeGgufFile(path, {
    metadata: llamaMetadata(shape, fileTypeMostlyF16),
    tensors: weightShapes(shape).map((weight, i) => (weight.rows === 1 ? norm(weight) : matrix(weight, seed + i))),
  });
}

function matrix({ name, columns, rows }: WeightShape, seed: number): TensorToWrite {
  return { name, dtype: dtypeByName("F16")!, shape: [columns, rows], data: () => normalRows(columns, rows, seed) };
}

function* normalRows(columns: number, rows: number, seed: number): Generator<Uint8Array> {
  const next = randomNormals(seed);
  for (let row = 0; row < rows; row++) {
    const halves = new Uint16Array(columns);
    for (let i = 0; i < columns; i++) halves[i] = singleToHalf(deviation * next());
    yield new Uint8Array(halves.buffer);
  }
}

/** A vector of ones, in F32 as all files have their norms. */
export function norm({ name, columns }: WeightShape): TensorToWrite {
  return {
    name,
    dtype: dtypeByName("F32")!,
    shape: [columns],
    data: new Uint8Array(new Float32Array(columns).fill(1).buffer),
  };
}
