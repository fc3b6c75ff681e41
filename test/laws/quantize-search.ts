/** The law of searches for scales: any implementation of `Search` packs the same bytes as the plain one. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { BlockFormat, Search } from "../../kernels/formats/index.ts";
import { property } from "../support/property.ts";

/** Rows of 1 to 5 blocks: of noise, of few different values, of one value, of extremes; and importance for them. */
function rowsOf(format: BlockFormat): fc.Arbitrary<{ values: Float32Array; importance: Float32Array | undefined }> {
  return fc.integer({ min: 1, max: 5 }).chain((blocks) => {
    const length = blocks * format.blockLength;
    const array = (value: fc.Arbitrary<number>) =>
      fc.array(value, { minLength: length, maxLength: length, size: "max" }).map((list) => Float32Array.from(list));
    const code = fc.integer({ min: -100, max: 100 });
    const values = fc
      .tuple(
        array(fc.oneof({ weight: 4, arbitrary: code }, fc.constantFrom(0, 8, -8))),
        fc.integer({ min: -60, max: 60 }),
      )
      .map(([list, exponent]) => list.map((x) => x * 2 ** exponent));
    const extremes = array(fc.constantFrom(0, 1e-16, -1e-15, 1e-38, 3e38, -3e38, 1, -1));
    const constant = code.map((x) => new Float32Array(length).fill(x));
    const importance = array(fc.integer({ min: 0, max: 20 })).map((list) => list.map((x) => x / 8));
    return fc.record({
      values: fc.oneof({ weight: 5, arbitrary: values }, extremes, constant),
      importance: fc.option(importance, { nil: undefined }),
    });
  });
}

/** Packing a row with the search gives the bytes that `scalarSearch` gives. */
export function searchAgrees(format: BlockFormat, search: Search): Promise<void> {
  return property(
    rowsOf(format),
    ({ values, importance }) => {
      const blocks = values.length / format.blockLength;
      const expected = new Uint8Array(blocks * format.blockBytes);
      const actual = expected.slice();
      format.pack!(values, 0, blocks, expected, 0, { importance });
      format.pack!(values, 0, blocks, actual, 0, { importance, search });
      assert.deepEqual(actual, expected);
    },
    { runs: 100 },
  );
}
