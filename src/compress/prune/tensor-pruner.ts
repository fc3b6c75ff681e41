import { formatByName } from "../../../kernels/formats/index.ts";
import { ModelError } from "../../errors.ts";
import type { TensorInfo } from "../../gguf/index.ts";
import { markSmallest } from "./mark-smallest.ts";
import { rowBytesOf } from "./read-pieces.ts";
import { type Sparsity, spansOf } from "./sparsity.ts";
import { zeroWriter } from "./zero-writers.ts";

/** Zeros of a matrix. */
export interface PrunedTensor {
  readonly name: string;
  readonly values: number;
  readonly zerosBefore: number;
  readonly zeros: number;
}

/** Prunes the pieces of a tensor, and counts. */
export class TensorPruner {
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
    const rowBytes = rowBytesOf(this.info);
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
