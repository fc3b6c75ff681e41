/** The laws of packing: what is packed can be read back, and bad scales are found. */
import fc from "fast-check";
import type { BlockFormat } from "../../kernels/formats/index.ts";
import { kernelFormats } from "../../kernels/wasm/index.ts";
import type { Kernels, Pointer } from "../../kernels/wasm/index.ts";
import { blocks } from "./wasm-data.ts";
import { type Heap, type Law, law } from "./wasm-harness.ts";

/** A weight's shape and where its bytes come from. */
export interface WeightCase {
  readonly rows: number;
  readonly columns: number;
  readonly seed: number;
}

/** Few rows, and blocks up to some three hundred columns. */
export function weightCases(format: BlockFormat, extra = 0): fc.Arbitrary<WeightCase> {
  const most = format.blockLength === 256 ? 2 : 5;
  const unit = Math.max(format.blockLength, 32);
  return fc.record({
    rows: fc.integer({ min: 1, max: 9 }),
    columns: fc.integer({ min: 1, max: most }).map((n) => n * unit + extra),
    seed: fc.nat(),
  });
}

export function weightBytes(format: BlockFormat, { rows, columns, seed }: WeightCase): Uint8Array {
  return blocks(format, (rows * columns) / format.blockLength, seed);
}

/** Packs a weight in two pieces, as a loader does that streams. */
export function packWeight(
  kernels: Kernels,
  heap: Heap,
  format: BlockFormat,
  input: WeightCase,
  bytes = weightBytes(format, input),
): Pointer {
  const { rows, columns } = input;
  const number = kernelFormats[format.name]!;
  const packed = heap.take(kernels.packedBytes(number, rows, columns));
  const source = heap.put(bytes) + 1; // files align nothing
  heap.bytes(source, bytes.length).set(bytes);
  const first = Math.min(rows, 4 * (input.seed % 3));
  const rowBytes = (columns / format.blockLength) * format.blockBytes;
  kernels.pack(number, source, first, columns, packed);
  const rest = packed + kernels.packedBytes(number, first, columns);
  kernels.pack(number, source + first * rowBytes, rows - first, columns, rest);
  return packed;
}

/** Unpacking what was packed gives the format's own values. */
export function unpackLaw(format: BlockFormat): Law {
  return law<WeightCase>({
    name: `unpackBand ∘ pack, ${format.name}`,
    cases: weightCases(format),
    reference(input) {
      const { rows, columns } = input;
      const out = new Float32Array(rows * columns);
      format.unpack(weightBytes(format, input), 0, out.length / format.blockLength, out, 0);
      return out;
    },
    kernel(kernels, heap, input) {
      const { rows, columns } = input;
      const number = kernelFormats[format.name]!;
      const packed = packWeight(kernels, heap, format, input);
      const out = heap.take(4 * columns * (rows + 3));
      const band = kernels.packedBytes(number, 4, columns);
      for (let row = 0; row < rows; row += 4) {
        kernels.unpackBand(number, packed + (row / 4) * band, columns, out + 4 * row * columns);
      }
      return heap.floats(out, rows * columns);
    },
  });
}

/** The first block with an infinite or NaN half is the one that the format finds. */
export function findNonFiniteLaw(format: BlockFormat): Law {
  const spoil = (input: WeightCase): Uint8Array => {
    const bytes = weightBytes(format, input);
    const at = (input.seed >> 3) % bytes.length;
    if (input.seed & 1) bytes.fill(0xff, at, at + 1 + (input.seed & 15));
    return bytes;
  };
  return law<WeightCase>({
    name: `pack finds infinite and NaN scales, ${format.name}`,
    cases: weightCases(format),
    reference(input) {
      const bytes = spoil(input);
      const at = format.findNonFinite(bytes, 0, bytes.length / format.blockBytes);
      return Float32Array.of(at < 0 ? -1 : at / format.blockBytes);
    },
    kernel(kernels, heap, input) {
      const { rows, columns } = input;
      const number = kernelFormats[format.name]!;
      const source = heap.put(spoil(input));
      const packed = heap.take(kernels.packedBytes(number, rows, columns));
      return Float32Array.of(kernels.pack(number, source, rows, columns, packed));
    },
  });
}
