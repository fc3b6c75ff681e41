import fc from "fast-check";
import { type BlockFormat, blockFormats } from "../../kernels/formats/index.ts";
import type { AttentionInput, Matrix } from "../../kernels/reference/index.ts";

/** Single-precision numbers of everyday size, zeros among them. */
export function numbers(length: number, limit = 4): fc.Arbitrary<Float32Array> {
  return fc
    .int32Array({ minLength: length, maxLength: length, min: -(2 ** 16), max: 2 ** 16 })
    .map((x) => Float32Array.from(x, (i) => i * (limit / 2 ** 16)));
}

/** Any bytes as blocks, but those with an infinite or NaN scale, which are refused at load, zeroed. */
export function matrix(format: BlockFormat, rows: number, columns: number): fc.Arbitrary<Matrix> {
  const blocks = (rows * columns) / format.blockLength;
  const length = blocks * format.blockBytes;
  return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => {
    for (let bad = 0; (bad = format.findNonFinite(bytes, 0, blocks)) >= 0;) {
      bytes.fill(0, bad, bad + format.blockBytes);
    }
    return { format, bytes, rows, columns };
  });
}

/** A matrix product to do: weight, activations, and a range of rows. */
export interface Product {
  readonly weight: Matrix;
  /** [tokens, columns] */
  readonly x: Float32Array;
  readonly tokens: number;
  readonly rowStart: number;
  readonly rowEnd: number;
}

/** Products in every format: 0 to 5 tokens, up to 9 rows, one or two blocks (at least 32 columns) a row. */
export function product(formats: readonly BlockFormat[] = blockFormats): fc.Arbitrary<Product> {
  return fc
    .tuple(
      fc.constantFrom(...formats),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 2 }),
      fc.nat({ max: 5 }),
      fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })),
    )
    .chain(([format, rows, blocks, tokens, cuts]) => {
      const columns = blocks * Math.max(32, format.blockLength);
      const [rowStart, rowEnd] = cuts.map((cut) => Math.min(cut, rows)).sort((a, b) => a - b);
      return fc.record({
        weight: matrix(format, rows, columns),
        x: numbers(tokens * columns),
        tokens: fc.constant(tokens),
        rowStart: fc.constant(rowStart),
        rowEnd: fc.constant(rowEnd),
      });
    });
}

/** One token's attention over up to 200 positions in shuffled pages, with and without each option. */
export function attentionInput(): fc.Arbitrary<AttentionInput> {
  return fc
    .record({
      position: fc.oneof(fc.nat({ max: 8 }), fc.nat({ max: 199 }), fc.constantFrom(0, 63, 64, 127, 128)),
      kvHeads: fc.integer({ min: 1, max: 2 }),
      group: fc.integer({ min: 1, max: 3 }),
      keyLength: fc.integer({ min: 1, max: 9 }),
      valueLength: fc.integer({ min: 1, max: 6 }),
    })
    .chain(({ position, kvHeads, group, keyLength, valueLength }) => {
      const heads = kvHeads * group;
      const pages = Math.floor(position / 64) + 1;
      return fc.record({
        query: numbers(heads * keyLength),
        position: fc.constant(position),
        heads: fc.constant(heads),
        kvHeads: fc.constant(kvHeads),
        keyLength: fc.constant(keyLength),
        valueLength: fc.constant(valueLength),
        scale: fc.constant(1 / Math.sqrt(keyLength)),
        pageTable: fc
          .shuffledSubarray([...Array(pages).keys()], { minLength: pages })
          .map((order) => Int32Array.from(order)),
        keys: numbers(pages * 64 * kvHeads * keyLength),
        values: numbers(pages * 64 * kvHeads * valueLength),
        out: fc.constant(0).map(() => new Float32Array(heads * valueLength)),
        softCap: fc.option(fc.constantFrom(2, 30), { nil: undefined }),
        window: fc.option(fc.integer({ min: 1, max: 210 }), { nil: undefined }),
        sinks: fc.option(numbers(heads), { nil: undefined }),
        slopes: fc.option(numbers(heads, 0.5), { nil: undefined }),
      });
    });
}
