import { GgufError } from "../../errors.ts";
import {
  type Gguf,
  type GgufContent,
  Metadata,
  type SourceInput,
  type TensorInfo,
  type TensorToWrite,
  dtypeByName,
  openGguf,
  openSource,
  writeGgufFile,
} from "../../gguf/index.ts";
import type { ImportanceEntry, ImportanceMatrix } from "./importance-matrix.ts";

const sumsSuffix = ".in_sum2";
const countsSuffix = ".counts";

/**
 * Reads an importance matrix in the GGUF form of `llama-imatrix`.
 * Source: `common_imatrix_load`, llama.cpp 0c1e570, common/imatrix-loader.cpp
 * @throws GgufError `NOT_AN_IMATRIX`, naming what is missing, and what `openGguf` throws
 */
export async function readImatrix(input: SourceInput): Promise<ImportanceMatrix> {
  const source = await openSource(input);
  const { name } = source;
  const gguf = await openGguf(source);
  try {
    const refuse = (reason: string): never => {
      throw new GgufError("NOT_AN_IMATRIX", `${name}: no importance matrix: ${reason}`);
    };
    if (gguf.metadata.string("general.type", "") !== "imatrix") refuse('"general.type" is not "imatrix"');
    const entries = new Map<string, ImportanceEntry>();
    for (const info of gguf.tensors.values()) {
      if (!info.name.endsWith(sumsSuffix)) continue;
      const matrix = info.name.slice(0, -sumsSuffix.length);
      const countsInfo = gguf.tensors.get(matrix + countsSuffix);
      if (countsInfo === undefined) return refuse(`"${matrix}" has no counts`);
      const sums = await singles(gguf, info);
      const counts = await singles(gguf, countsInfo);
      if (counts.length === 0 || sums.length % counts.length !== 0) refuse(`"${matrix}": its counts don't fit`);
      if (!sums.every(Number.isFinite) || !counts.every(Number.isFinite)) refuse(`"${matrix}": infinite or NaN values`);
      entries.set(matrix, { sums, counts });
    }
    if (entries.size === 0) refuse("it has no entries");
    return {
      entries,
      datasets: gguf.metadata.strings("imatrix.datasets", []),
      chunkCount: gguf.metadata.number("imatrix.chunk_count"),
      chunkSize: gguf.metadata.number("imatrix.chunk_size"),
    };
  } finally {
    await gguf.close();
  }
}

async function singles(gguf: Gguf, info: TensorInfo): Promise<Float32Array> {
  if (info.dtype.name !== "F32") {
    throw new GgufError(
      "NOT_AN_IMATRIX",
      `tensor "${info.name}" of an importance matrix is ${info.dtype.name}, not F32`,
    );
  }
  return new Float32Array((await gguf.readTensor(info)).slice().buffer);
}

/** Writes it so that `llama-quantize` reads it. @throws GgufError `UNWRITABLE` */
export async function writeImatrix(path: string, matrix: ImportanceMatrix): Promise<void> {
  await writeGgufFile(path, imatrixContent(matrix));
}

/** Source: `IMatrixCollector::save_imatrix`, llama.cpp 0c1e570, tools/imatrix/imatrix.cpp. */
export function imatrixContent({ entries, datasets, chunkCount, chunkSize }: ImportanceMatrix): GgufContent {
  const dtype = dtypeByName("F32")!;
  const tensors: TensorToWrite[] = [];
  for (const [name, { sums, counts }] of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const experts = counts.length;
    const data = (values: Float32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    tensors.push({ name: name + sumsSuffix, dtype, shape: [sums.length / experts, experts], data: data(sums) });
    tensors.push({ name: name + countsSuffix, dtype, shape: [1, experts], data: data(counts) });
  }
  const metadata = new Metadata([
    ["general.type", { type: "string", value: "imatrix" }],
    ["imatrix.datasets", { type: "array", elementType: "string", value: [...datasets] }],
    ["imatrix.chunk_count", { type: "uint32", value: chunkCount }],
    ["imatrix.chunk_size", { type: "uint32", value: chunkSize }],
  ]);
  return { metadata, tensors };
}
