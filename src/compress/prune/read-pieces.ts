import type { Gguf, TensorInfo } from "../../gguf/index.ts";

export interface PruneProgress {
  /** Which tensor is written. */
  readonly tensor: string;
  /** Bytes of the input's tensors that are done. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** Counts the bytes of these tensors for who watches. */
export function progressOf(
  tensors: readonly TensorInfo[],
  onProgress: ((progress: PruneProgress) => void) | undefined,
): (info: TensorInfo, bytes: number) => void {
  const totalBytes = tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
  let doneBytes = 0;
  return (info, bytes) => {
    doneBytes += bytes;
    onProgress?.({ tensor: info.name, doneBytes, totalBytes });
  };
}

/** About so many bytes are in memory at a time. */
const pieceBytes = 4 * 1024 * 1024;

/** Bytes of a row; of a vector, of one of its numbers. */
export function rowBytesOf({ shape, dtype }: TensorInfo): number {
  return shape.length < 2 ? dtype.blockBytes : (shape[0] / dtype.blockLength) * dtype.blockBytes;
}

/** A tensor's bytes in pieces of whole rows, little-endian: from row `from` up to row `to`, all unless given. */
export async function* readPieces(
  gguf: Gguf,
  info: TensorInfo,
  signal: AbortSignal | undefined,
  from = 0,
  to = Infinity,
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly firstRow: number }> {
  const rowBytes = rowBytesOf(info);
  const rows = rowBytes === 0 ? 0 : Math.min(to, info.byteLength / rowBytes);
  const most = Math.max(1, Math.floor(pieceBytes / Math.max(1, rowBytes)));
  for (let firstRow = from; firstRow < rows; firstRow += most) {
    signal?.throwIfAborted();
    const count = Math.min(most, rows - firstRow);
    yield { bytes: await gguf.readTensor(info, firstRow * rowBytes, count * rowBytes, signal), firstRow };
  }
}
