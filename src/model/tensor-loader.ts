import { ModelError } from "../errors.ts";
import type { Gguf, TensorInfo } from "../gguf/index.ts";
import { type Backend, type Precision, type Weight, dtypeByName } from "../tensor/index.ts";

export interface LoadProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

export interface LoadingOptions {
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Numbers `first` … `first + count − 1` of a tensor, counted over all its rows. */
export interface Piece {
  readonly first: number;
  readonly count: number;
}

/** Brings tensors of a file to the backend, one at a time, and remembers which. */
export class TensorLoader {
  private readonly gguf: Gguf;
  private readonly backend: Backend;
  private readonly options: LoadingOptions;
  private readonly totalBytes: number;
  private loadedBytes = 0;
  private readonly used = new Set<string>();
  private readonly ones = new Map<number, Promise<Weight>>();

  constructor(gguf: Gguf, backend: Backend, options: LoadingOptions) {
    this.gguf = gguf;
    this.backend = backend;
    this.options = options;
    this.totalBytes = [...gguf.tensors.values()].reduce((sum, tensor) => sum + tensor.byteLength, 0);
  }

  /** In which the weights will be multiplied. */
  get precision(): Precision {
    return this.backend.precision;
  }

  has(name: string): boolean {
    return this.gguf.tensors.has(name);
  }

  /** @throws ModelError `MISSING_TENSOR` */
  info(name: string): TensorInfo {
    const info = this.gguf.tensors.get(name);
    if (info === undefined) throw new ModelError("MISSING_TENSOR", `the file has no tensor "${name}"`);
    return info;
  }

  /**
   * A whole tensor. Rows of further dimensions lie below each other.
   * @throws ModelError `MISSING_TENSOR`, `BAD_TENSOR` (a wrong shape), and what `Backend.loadWeight` throws
   */
  load(name: string, rows: number, columns: number): Promise<Weight> {
    const info = this.info(name);
    checkShape(info, rows, columns);
    return this.bring(info, name, rows, columns, [{ first: 0, count: rows * columns }]);
  }

  async loadIfThere(name: string, rows: number, columns: number): Promise<Weight | undefined> {
    return this.has(name) ? await this.load(name, rows, columns) : undefined;
  }

  /**
   * Some of the rows of a tensor that holds several matrices, or of a vector that holds several, as one of their own.
   * @param name what the part is called
   * @param of the tensor, whose whole shape the caller has checked; each piece is a whole number of its blocks
   */
  part(name: string, of: string, rows: number, columns: number, pieces: readonly Piece[]): Promise<Weight> {
    return this.bring(this.info(of), name, rows, columns, pieces);
  }

  /** A vector of ones: the weight of a norm that has none. */
  loadOnes(length: number): Promise<Weight> {
    let weight = this.ones.get(length);
    if (weight === undefined) {
      const bytes = new Uint8Array(length * 4);
      const view = new DataView(bytes.buffer);
      for (let i = 0; i < length; i++) view.setFloat32(4 * i, 1, true);
      weight = this.backend.loadWeight({
        name: "ones",
        dtype: dtypeByName("F32")!,
        rows: 1,
        columns: length,
        read: (offset, count) => Promise.resolve(bytes.subarray(offset, offset + count)),
      });
      this.ones.set(length, weight);
    }
    return weight;
  }

  /**
   * Ends the loading.
   * @throws ModelError `UNKNOWN_TENSOR` where the file has a weight that the forward pass would leave out
   */
  finish(ignored: RegExp): void {
    const left = [...this.gguf.tensors.keys()].filter((name) => !this.used.has(name) && !ignored.test(name));
    if (left.length > 0) {
      const others = left.length === 1 ? "" : ` and ${left.length - 1} more`;
      const what = `the file has a tensor "${left[0]}"${others}, which a model of this architecture has no use for`;
      throw new ModelError("UNKNOWN_TENSOR", `${what}: the result would be wrong`);
    }
    this.options.onProgress?.({ loadedBytes: this.totalBytes, totalBytes: this.totalBytes });
  }

  private async bring(info: TensorInfo, name: string, rows: number, columns: number, pieces: readonly Piece[]) {
    const { signal, onProgress } = this.options;
    const { blockLength, blockBytes } = info.dtype;
    signal?.throwIfAborted();
    const bytesOf = (count: number) => (count / blockLength) * blockBytes;
    const weight = await this.backend.loadWeight({
      name,
      dtype: info.dtype,
      rows,
      columns,
      read: (offset, length, into) =>
        readPieces(
          pieces.map(({ first, count }) => [bytesOf(first), bytesOf(count)]),
          offset,
          length,
          (start, count) => this.gguf.readTensor(info, start, count, signal, pieces.length === 1 ? into : undefined),
        ),
    });
    this.used.add(info.name);
    this.loadedBytes += bytesOf(rows * columns);
    onProgress?.({ loadedBytes: this.loadedBytes, totalBytes: this.totalBytes });
    return weight;
  }
}

/** Bytes `offset` … of the pieces as if they lay one after the other. */
async function readPieces(
  pieces: readonly (readonly [start: number, length: number])[],
  offset: number,
  length: number,
  read: (start: number, length: number) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let position = 0;
  for (const [start, size] of pieces) {
    const from = Math.max(offset, position);
    const to = Math.min(offset + length, position + size);
    if (from < to) parts.push(await read(start + from - position, to - from));
    position += size;
  }
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

/** @throws ModelError `BAD_TENSOR` */
export function checkShape(info: TensorInfo, rows: number, columns: number): void {
  const [fileColumns = 1, ...rest] = info.shape;
  const fileRows = rest.reduce((product, length) => product * length, 1);
  if (fileColumns !== columns || fileRows !== rows) {
    const wanted = rows === 1 ? `[${columns}]` : `[${columns}, ${rows}]`;
    const found = `[${info.shape.join(", ")}]`;
    throw new ModelError("BAD_TENSOR", `tensor "${info.name}" has shape ${found}, expected ${wanted}`);
  }
}
