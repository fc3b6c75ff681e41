import type { Dtype } from "../tensor/dtype.ts";
import type { Gguf, TensorInfo } from "./gguf.ts";
import { Metadata } from "./metadata.ts";

/** A tensor to be written. */
export interface TensorToWrite {
  readonly name: string;
  readonly dtype: Dtype;
  /** Lengths, the fastest-changing dimension first. */
  readonly shape: readonly number[];
  /** Its bytes, or what makes them in chunks of any length when their turn has come. */
  readonly data: Uint8Array | (() => AsyncIterable<Uint8Array> | Iterable<Uint8Array>);
}

/** What to write as a GGUF file. Keys and tensors keep their order; `general.alignment` aligns. */
export interface GgufContent {
  /** 3 unless given. The two differ in nothing but that only version 3 files are meant to be big-endian. */
  readonly version?: 2 | 3;
  /** True unless given. */
  readonly littleEndian?: boolean;
  readonly metadata: Metadata;
  readonly tensors: readonly TensorToWrite[];
  /** The tensors' bytes are in the file's byte order already. They are little-endian unless this is true. */
  readonly dataAsStored?: boolean;
  /** Bytes of the whole file, where the last padding is shorter than the alignment asks: some writers leave it out. */
  readonly size?: number | undefined;
}

const pieceBytes = 4 * 1024 * 1024;

/**
 * The content of an opened file, to be written again: the same bytes, if the file lays its tensors out in their order
 * without gaps but the alignment's. The parts of a split model become one file. Tensor data are read when written.
 */
export function contentOf(gguf: Gguf): GgufContent {
  const tensors = [...gguf.tensors.values()];
  const split = tensors.some(({ part }) => part > 0);
  const metadata = split ? new Metadata([...gguf.metadata].filter(([key]) => !splitKeys.has(key))) : gguf.metadata;
  return {
    version: gguf.version,
    littleEndian: gguf.littleEndian,
    metadata,
    tensors: tensors.map((info) => ({ ...pick(info), data: () => read(gguf, info) })),
    dataAsStored: true,
    size: split ? undefined : gguf.size,
  };
}

/** What tells of the parts of a split model: no longer true of a model in one file. */
export const splitKeys: ReadonlySet<string> = new Set(["split.no", "split.count", "split.tensors.count"]);

function pick({ name, dtype, shape }: TensorInfo): Omit<TensorToWrite, "data"> {
  return { name, dtype, shape };
}

async function* read(gguf: Gguf, info: TensorInfo): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < info.byteLength; offset += pieceBytes) {
    yield await gguf.readTensorAsStored(info, offset, Math.min(pieceBytes, info.byteLength - offset));
  }
}
