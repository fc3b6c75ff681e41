import { formatByName } from "../../../kernels/formats/index.ts";
import { InvalidArgumentError, ModelError } from "../../errors.ts";
import {
  type Gguf,
  type SourceInput,
  type TensorInfo,
  contentOf,
  openGguf,
  openSource,
  writeGgufFile,
} from "../../gguf/index.ts";
import { type ImportanceMatrix, columnImportance } from "../imatrix/index.ts";
import { isQuantizable } from "../quantize/exempt.ts";
import { markSmallest } from "./mark-smallest.ts";
import { type PruneProgress, readPieces } from "./read-pieces.ts";
import { type Sparsity, checkSparsity, spansOf } from "./sparsity.ts";
import { formatsWithZeros, zeroWriter } from "./zero-writers.ts";

export interface PruneWeightsOptions {
  readonly sparsity: Sparsity;
  /** How much each column counts, of `computeImatrix` or `readImatrix`; without it only the weights' magnitudes count. */
  readonly imatrix?: ImportanceMatrix | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PruneProgress) => void) | undefined;
}

/** Zeros of a matrix. */
export interface PrunedTensor {
  readonly name: string;
  readonly values: number;
  readonly zerosBefore: number;
  readonly zeros: number;
}

export interface PruneWeightsResult {
  /** The matrices that were pruned, in the file's order. */
  readonly tensors: readonly PrunedTensor[];
  /** Of all of them together. */
  readonly values: number;
  readonly zerosBefore: number;
  readonly zeros: number;
}

/**
 * Writes a model file of the same size in which the least weights of each row of the layers' matrices are zero:
 * those of least |w|, or with an importance matrix of least |w| · ‖x‖₂, where ‖x‖₂ is the norm of what the column is
 * multiplied by on a text (Wanda, Sun et al. 2023 §3). All other weights keep their bits. Embedding, output and
 * vectors stay whole. The norms are those of the whole model: layers are not calibrated on what comes out of the pruned
 * ones before them, as the paper does. The file appears when it is complete.
 * @throws InvalidArgumentError for a sparsity that is not possible; ModelError `NO_EXACT_ZEROS` (a format that can't hold
 * them), `UNSUPPORTED_SHAPE`, `NEEDS_IMATRIX` (a matrix that the importance matrix lacks), `BAD_IMATRIX`,
 * `NON_FINITE_WEIGHT`; GgufError for the input, or `UNWRITABLE`
 */
export async function pruneWeights(
  input: SourceInput,
  output: string,
  options: PruneWeightsOptions,
): Promise<PruneWeightsResult> {
  const { sparsity, imatrix, signal } = options;
  checkSparsity(sparsity);
  const gguf = await openGguf(await openSource(input), { signal });
  try {
    const norms = new Map<string, Float64Array | undefined>();
    for (const info of gguf.tensors.values()) {
      if (isPruned(info)) norms.set(info.name, checkTensor(info, sparsity, imatrix));
    }
    if (norms.size === 0) throw new InvalidArgumentError("the file has no layers' matrices to prune");
    const results: PrunedTensor[] = [];
    const content = contentOf(gguf);
    const progress = progressOf(gguf, options.onProgress);
    await writeGgufFile(
      output,
      {
        ...content,
        littleEndian: true,
        dataAsStored: false,
        tensors: [...gguf.tensors.values()].map((info) => ({
          name: info.name,
          dtype: info.dtype,
          shape: info.shape,
          data: async function* () {
            const pruner = norms.has(info.name) ? new TensorPruner(info, sparsity, norms.get(info.name)) : undefined;
            for await (const { bytes, firstRow } of readPieces(gguf, info, signal)) {
              yield pruner?.prune(bytes, firstRow) ?? bytes;
              progress(info, bytes.length);
            }
            if (pruner !== undefined) results.push(pruner.result());
          },
        })),
      },
      { signal },
    );
    const sum = (key: "values" | "zerosBefore" | "zeros") => results.reduce((total, result) => total + result[key], 0);
    return { tensors: results, values: sum("values"), zerosBefore: sum("zerosBefore"), zeros: sum("zeros") };
  } finally {
    await gguf.close();
  }
}

/** The layers' matrices, experts' too. */
function isPruned({ name, shape }: TensorInfo): boolean {
  return /^blk\.\d+\./.test(name) && isQuantizable(name, shape);
}

/** What can't work is said before anything is written. The norm of what each column is multiplied by. [experts, columns] */
function checkTensor(
  info: TensorInfo,
  sparsity: Sparsity,
  imatrix: ImportanceMatrix | undefined,
): Float64Array | undefined {
  const { name, dtype, shape } = info;
  const refuse = (code: string, reason: string): never => {
    throw new ModelError(code, `tensor "${name}": ${reason}`);
  };
  if (zeroWriter(dtype.name) === undefined) {
    const known = formatsWithZeros.join(", ");
    const hint = `turn it to F16 first: pellucid quantize IN OUT F16 --allow-requantize`;
    refuse("NO_EXACT_ZEROS", `${dtype.name} can't hold exact zeros, as ${known} can; ${hint}`);
  }
  if (typeof sparsity !== "number" && shape[0] % sparsity.of !== 0) {
    refuse("UNSUPPORTED_SHAPE", `rows of ${shape[0]} weights are no multiple of ${sparsity.of}`);
  }
  if (imatrix === undefined) return undefined;
  const entry = imatrix.entries.get(name);
  if (entry === undefined) {
    return refuse("NEEDS_IMATRIX", "the importance matrix has no entry for it; prune by magnitude, without one");
  }
  return Float64Array.from(columnImportance(entry, info), Math.sqrt);
}

/** Prunes the pieces of a tensor, and counts. */
class TensorPruner {
  private readonly info: TensorInfo;
  private readonly norms: Float64Array | undefined;
  private readonly span: { readonly length: number; readonly zeros: number };
  private readonly scores: Float64Array;
  private readonly sorted: Float64Array;
  private readonly marks: Uint8Array;
  private values = 0;
  private zerosBefore = 0;
  private zeros = 0;

  constructor(info: TensorInfo, sparsity: Sparsity, norms: Float64Array | undefined) {
    const columns = info.shape[0];
    this.info = info;
    this.norms = norms;
    this.span = spansOf(sparsity, columns);
    this.scores = new Float64Array(columns);
    this.sorted = new Float64Array(columns);
    this.marks = new Uint8Array(columns);
  }

  /** @param firstRow of the piece, over all experts */
  prune(piece: Uint8Array, firstRow: number): Uint8Array {
    const { shape, dtype, name } = this.info;
    const [columns, rowsOfExpert] = shape;
    const format = formatByName(dtype.name)!;
    const writeZero = zeroWriter(dtype.name)!;
    const bytes = piece.slice();
    const rowBytes = (columns / dtype.blockLength) * dtype.blockBytes;
    const values = new Float32Array((bytes.length / dtype.blockBytes) * dtype.blockLength);
    format.unpack(bytes, 0, bytes.length / dtype.blockBytes, values, 0);
    const { scores, marks, norms } = this;
    const { length, zeros } = this.span;
    for (let row = 0, at = 0; at < values.length; row++, at += columns) {
      const expert = norms === undefined ? 0 : Math.floor((firstRow + row) / rowsOfExpert) % (norms.length / columns);
      for (let k = 0; k < columns; k++) {
        const value = values[at + k];
        if (!Number.isFinite(value)) {
          const reason = `an infinite or NaN value in row ${firstRow + row}`;
          throw new ModelError("NON_FINITE_WEIGHT", `tensor "${name}": ${reason}`);
        }
        if (value === 0) this.zerosBefore++;
        scores[k] = norms === undefined ? Math.abs(value) : Math.abs(value) * norms[expert * columns + k];
      }
      for (let from = 0; from < columns; from += length) {
        markSmallest(scores, from, from + length, zeros, marks, this.sorted);
      }
      for (let k = 0; k < columns; k++) {
        if (marks[k] === 1) writeZero(bytes, row * rowBytes, k);
        if (marks[k] === 1 || values[at + k] === 0) this.zeros++;
      }
    }
    this.values += values.length;
    return bytes;
  }

  result(): PrunedTensor {
    const { values, zerosBefore, zeros } = this;
    return { name: this.info.name, values, zerosBefore, zeros };
  }
}

/** Counts bytes for who watches. */
function progressOf(
  gguf: Gguf,
  onProgress: PruneWeightsOptions["onProgress"],
): (info: TensorInfo, bytes: number) => void {
  const totalBytes = [...gguf.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  let doneBytes = 0;
  return (info, bytes) => {
    doneBytes += bytes;
    onProgress?.({ tensor: info.name, doneBytes, totalBytes });
  };
}
