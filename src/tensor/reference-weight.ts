import { type BlockFormat, blockFormats, formatByName } from "../../kernels/formats/index.ts";
import { ModelError } from "../errors.ts";
import type { WeightSource } from "./backend.ts";
import type { Dtype } from "./dtype.ts";
import type { Weight } from "./operations.ts";

/** A weight as the reference kernels read it: the file's own blocks. */
export interface ReferenceWeight extends Weight {
  readonly format: BlockFormat;
  readonly bytes: Uint8Array;
}

/** How much of a tensor is read at once. */
const pieceBytes = 16 << 20;

/**
 * Reads a tensor whole.
 * @throws ModelError `UNSUPPORTED_FORMAT`, `BAD_TENSOR`, `NON_FINITE_WEIGHT`
 */
export async function loadReferenceWeight(source: WeightSource): Promise<ReferenceWeight> {
  const { name, dtype, rows, columns } = source;
  const format = requireFormat(source);
  const blocks = (rows * columns) / format.blockLength;
  const bytes = new Uint8Array(blocks * format.blockBytes);
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    bytes.set(await source.read(offset, Math.min(pieceBytes, bytes.length - offset)), offset);
  }
  const bad = format.findNonFinite(bytes, 0, blocks);
  if (bad >= 0) throw nonFiniteWeight(name, bad / format.blockBytes);
  return { name, dtype, rows, columns, format, bytes };
}

/** The format that a tensor is stored in, if there are kernels for it and its rows are whole blocks. */
export function requireFormat({ name, dtype, columns }: WeightSource): BlockFormat {
  const format = formatByName(dtype.name);
  if (format === undefined) {
    throw new ModelError(
      "UNSUPPORTED_FORMAT",
      `tensor "${name}" is stored as "${dtype.name}", which is not supported; the nearest that is: ` +
        `"${nearestFormat(dtype).name}"; docs/adding-a-format.md shows how to add one`,
    );
  }
  if (columns % format.blockLength !== 0) {
    const rule = `${format.name} needs a multiple of ${format.blockLength}`;
    throw new ModelError("BAD_TENSOR", `tensor "${name}" has rows of ${columns} numbers, ${rule}`);
  }
  return format;
}

/** The format whose size of a number is the nearest. */
function nearestFormat({ blockBytes, blockLength }: Dtype): BlockFormat {
  const difference = (format: BlockFormat): number =>
    Math.abs(format.blockBytes / format.blockLength - blockBytes / blockLength);
  return blockFormats.reduce((nearest, format) => (difference(format) < difference(nearest) ? format : nearest));
}

/** The error for an infinite or NaN scale or value. */
export function nonFiniteWeight(name: string, block: number): ModelError {
  return new ModelError("NON_FINITE_WEIGHT", `tensor "${name}" holds an infinite or NaN number in block ${block}`);
}
