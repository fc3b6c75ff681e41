import { ModelError } from "../../errors.ts";
import type { TensorInfo } from "../../gguf/index.ts";

/**
 * How much each column of the matrices matters: the mean square of what it is multiplied by, over a text. Packing
 * formats weighs errors with it.
 */
export interface ImportanceMatrix {
  /** By the matrix's name (`blk.0.attn_q.weight`). */
  readonly entries: ReadonlyMap<string, ImportanceEntry>;
  /** The texts that it was computed on. */
  readonly datasets: readonly string[];
  /** Chunks of tokens that were computed, and how long each was. */
  readonly chunkCount: number;
  readonly chunkSize: number;
}

export interface ImportanceEntry {
  /** Sums of squares, [experts, columns]; one expert for an ordinary matrix. */
  readonly sums: Float32Array;
  /** Over how many tokens. [experts] */
  readonly counts: Float32Array;
}

/** Mean squares, [experts, columns]; 1 for an expert that no token went to. */
export function meanSquares({ sums, counts }: ImportanceEntry): Float32Array {
  const columns = sums.length / counts.length;
  return sums.map((sum, k) => {
    const count = counts[Math.floor(k / columns)];
    return count > 0 ? sum / count : 1;
  });
}

/**
 * Mean squares of what the columns of this tensor are multiplied by. [experts, columns]
 * @throws ModelError `BAD_IMATRIX` where the matrix is of another model
 */
export function columnImportance(entry: ImportanceEntry, { name, shape }: TensorInfo): Float32Array {
  const expected = shape[0] * (shape[2] ?? 1);
  if (entry.sums.length === expected) return meanSquares(entry);
  const reason = `the importance matrix has ${entry.sums.length} columns, it has ${expected}`;
  throw new ModelError("BAD_IMATRIX", `tensor "${name}": ${reason}; is it of this model?`);
}
