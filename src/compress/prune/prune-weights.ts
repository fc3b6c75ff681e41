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
import { type PruneProgress, progressOf, readPieces } from "./read-pieces.ts";
import { type Sparsity, checkSparsity } from "./sparsity.ts";
import { type PrunedTensor, TensorPruner } from "./tensor-pruner.ts";
import { formatsWithZeros, zeroWriter } from "./zero-writers.ts";

export interface PruneWeightsOptions {
  readonly sparsity: Sparsity;
  /** How much each column counts, of `computeImatrix` or `readImatrix`; without it only the weights' magnitudes count. */
  readonly imatrix?: ImportanceMatrix | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PruneProgress) => void) | undefined;
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
  const gguf = await openGguf(await openSource(input), { signal });
  try {
    const norms = checkWeights(gguf, sparsity, imatrix);
    const results: PrunedTensor[] = [];
    const content = contentOf(gguf);
    const progress = progressOf([...gguf.tensors.values()], options.onProgress);
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

/**
 * Tells beforehand whether the weights of a file can be pruned so.
 * @returns the norm of what each column of each matrix is multiplied by, where it is known. [experts, columns]
 * @throws as `pruneWeights`
 */
export function checkWeights(
  gguf: Gguf,
  sparsity: Sparsity,
  imatrix?: ImportanceMatrix,
): ReadonlyMap<string, Float64Array | undefined> {
  checkSparsity(sparsity);
  const norms = new Map<string, Float64Array | undefined>();
  for (const info of gguf.tensors.values()) {
    if (isPruned(info)) norms.set(info.name, checkTensor(info, sparsity, imatrix));
  }
  if (norms.size === 0) throw new InvalidArgumentError("the file has no layers' matrices to prune");
  return norms;
}

/** The layers' matrices, experts' too. */
function isPruned({ name, shape }: TensorInfo): boolean {
  return /^blk\.\d+\./.test(name) && isQuantizable(name, shape);
}

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
