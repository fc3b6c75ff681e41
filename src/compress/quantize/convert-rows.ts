import { type Search, formatByName } from "../../../kernels/formats/index.ts";

/** Rows of a tensor to bring from one format to another. */
export interface ConvertJob {
  readonly from: string;
  readonly to: string;
  /** Values in a row. */
  readonly columns: number;
  /** Whole rows, as `from`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How much each column counts. */
  readonly importance?: Float32Array | undefined;
}

let values = new Float32Array(0);

/**
 * The same rows as `to`.
 * @throws RangeError with the place of the first infinite or NaN value, or of a scale that became infinite
 */
export function convertRows(job: ConvertJob, search?: Search): Uint8Array<ArrayBuffer> {
  const { columns, bytes, importance } = job;
  const from = formatByName(job.from)!;
  const to = formatByName(job.to)!;
  const blocks = bytes.length / from.blockBytes;
  const bad = from.findNonFinite(bytes, 0, blocks);
  if (bad >= 0) {
    throw new RangeError(`an infinite or NaN value in row ${rowOf(bad / from.blockBytes, from.blockLength, columns)}`);
  }
  const count = blocks * from.blockLength;
  if (values.length < count) values = new Float32Array(count);
  from.unpack(bytes, 0, blocks, values, 0);
  const outBlocks = count / to.blockLength;
  const out = new Uint8Array(outBlocks * to.blockBytes);
  to.pack!(values, 0, outBlocks, out, 0, { importance, search });
  const worse = to.findNonFinite(out, 0, outBlocks);
  if (worse >= 0) {
    const row = rowOf(worse / to.blockBytes, to.blockLength, columns);
    throw new RangeError(`values too large for ${to.name} in row ${row}`);
  }
  return out;
}

function rowOf(block: number, blockLength: number, columns: number): number {
  return Math.floor((block * blockLength) / columns);
}
