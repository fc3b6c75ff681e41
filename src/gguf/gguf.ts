import type { Dtype } from "../tensor/dtype.ts";
import type { Metadata } from "./metadata.ts";

/** What a GGUF file says of one tensor. */
export interface TensorInfo {
  /** GGUF's own name: `blk.0.attn_q.weight`. */
  readonly name: string;
  readonly dtype: Dtype;
  /** Lengths in ggml's order, the fastest-changing dimension first: a matrix is [columns, rows]. */
  readonly shape: readonly number[];
  /** Bytes of its data. */
  readonly byteLength: number;
  /** Where its data start, from the start of the tensor data, as the file stores it. */
  readonly offset: number;
  /** Where its data start, from the start of the file. */
  readonly position: number;
  /** Which part of a split model holds it, from 0; 0 for a model in one file. */
  readonly part: number;
}

/** An opened GGUF model: everything but the tensors' data is in memory, and these are read when asked for. */
export interface Gguf {
  readonly version: 2 | 3;
  readonly littleEndian: boolean;
  /** Bytes of the file; of all parts, where the model is split. */
  readonly size: number;
  /** Tensor data start at multiples of this many bytes. */
  readonly alignment: number;
  /** Of the first part, where the model is split. */
  readonly metadata: Metadata;
  /** By name, in the file's order; of all parts. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /**
   * Bytes of a tensor, little-endian whatever the file is. All of it unless a range is given. They may be put into `into`,
   * if it is given and long enough, so that who reads much can use the same memory again.
   * @throws GgufError `OUT_OF_RANGE`, `UNSUPPORTED_BYTE_ORDER` (block formats of a big-endian file whose layout is not
   * specified), and what the source throws
   */
  readTensor(
    info: TensorInfo,
    byteOffset?: number,
    byteLength?: number,
    signal?: AbortSignal,
    into?: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array>;
  /** The same bytes as they are in the file, whatever its byte order. */
  readTensorAsStored(
    info: TensorInfo,
    byteOffset?: number,
    byteLength?: number,
    signal?: AbortSignal,
    into?: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array>;
  /** Closes the source, of all parts. */
  close(): Promise<void>;
}
