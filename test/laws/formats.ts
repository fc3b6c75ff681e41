/**
 * Laws of block formats, for any implementation of `BlockFormat` or `IntegerFormat`. Each throws, with the blocks that
 * break it, where it does not hold.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { createIntegerRow } from "../../kernels/formats/index.ts";
import type { BlockFormat, IntegerFormat } from "../../kernels/formats/index.ts";
import { property } from "../support/property.ts";
import { assertEqualBits } from "./bits.ts";

/** Zero, the smallest and largest denormal and normal halves, infinities, NaN, −0. */
const extremeHalves = [0, 0x0001, 0x03ff, 0x0400, 0x7bff, 0xfbff, 0x7c00, 0xfc00, 0x7e01, 0x8000, 0x8001];

/** One to three blocks of bytes: random ones, some with a run of an extreme half in them, some nothing but that. */
export function blocksOf(format: BlockFormat): fc.Arbitrary<Uint8Array> {
  const { blockBytes } = format;
  const bytes = fc
    .integer({ min: 1, max: 3 })
    .chain((blocks) => fc.uint8Array({ minLength: blocks * blockBytes, maxLength: blocks * blockBytes, size: "max" }));
  const run = fc.record({
    bytes,
    half: fc.constantFrom(...extremeHalves),
    from: fc.nat(3 * blockBytes),
    length: fc.oneof(fc.constantFrom(2, 4), fc.nat(3 * blockBytes)),
  });
  return fc.oneof(
    bytes,
    run.map(({ bytes: changed, half, from, length }) => {
      for (let k = from; k < Math.min(from + length, changed.length); k++) {
        changed[k] = (half >> (8 * ((k - from) & 1))) & 255;
      }
      return changed;
    }),
  );
}

/**
 * The integers say what `unpack` says: scale · factor · q + min · offset, exact in double precision and rounded once to
 * single, is the value, bit for bit (any NaN being equal to any).
 */
export function integersAgreeWithUnpack(format: IntegerFormat): Promise<void> {
  return property(blocksOf(format), (bytes) => {
    const blocks = bytes.length / format.blockBytes;
    const length = blocks * format.blockLength;
    const values = new Float32Array(length);
    const row = createIntegerRow(32 + length);
    format.unpack(bytes, 0, blocks, values, 0);
    format.unpackIntegers(bytes, 0, blocks, row, 32);
    for (let k = 0; k < length; k++) {
      const at = 32 + k;
      const product = row.scale[at >> 5] * row.factor[at >> 4] * row.q[at];
      const value = format.hasMin ? product + row.min[at >> 5] * row.offset[at >> 4] : product;
      assert.ok(Object.is(Math.fround(value), values[k]), `value ${k}: ${value}, unpacked ${values[k]}`);
    }
  });
}

/**
 * The product of 32 values with activations of −127…127 stays below 2^24, so that it is exact as a single; and every q
 * is within −127…127, but for a format of whole bytes.
 */
export function integersAreSmall(format: IntegerFormat): Promise<void> {
  const lowest = format.name === "Q8_0" ? -128 : -127;
  return property(blocksOf(format), (bytes) => {
    const blocks = bytes.length / format.blockBytes;
    const row = createIntegerRow(blocks * format.blockLength);
    format.unpackIntegers(bytes, 0, blocks, row, 0);
    for (let start = 0; start < row.q.length; start += 32) {
      let sum = 0;
      let offsets = 0;
      for (let k = start; k < start + 32; k++) {
        assert.ok(row.q[k] >= lowest, `q ${row.q[k]} at ${k}`);
        sum += Math.abs(row.factor[k >> 4] * row.q[k]) * 127;
        offsets += Math.abs(row.offset[k >> 4]) * 127;
      }
      assert.ok(sum < 2 ** 24 && offsets < 2 ** 24, `sums up to ${sum}, ${offsets}`);
    }
  });
}

/** Many blocks at once are the same as each alone, wherever they lie, and nothing beside them is written. */
export function blocksAreIndependent(format: BlockFormat): Promise<void> {
  const { blockBytes, blockLength } = format;
  return property(fc.tuple(blocksOf(format), fc.nat(5), fc.nat(5)), ([bytes, before, outBefore]) => {
    const blocks = bytes.length / blockBytes;
    const placed = new Uint8Array(before + bytes.length + 3).fill(0x5a);
    placed.set(bytes, before);
    const out = new Float32Array(outBefore + blocks * blockLength + 3).fill(7);
    format.unpack(placed, before, blocks, out, outBefore);

    const expected = new Float32Array(out.length).fill(7);
    for (let block = 0; block < blocks; block++) {
      const one = new Float32Array(blockLength);
      format.unpack(bytes.slice(block * blockBytes, (block + 1) * blockBytes), 0, 1, one, 0);
      expected.set(one, outBefore + block * blockLength);
    }
    assertEqualBits(format.name, out, expected);
  });
}

/** As `blocksAreIndependent`, of the integers. */
export function integerBlocksAreIndependent(format: IntegerFormat): Promise<void> {
  const { blockBytes, blockLength } = format;
  return property(fc.tuple(blocksOf(format), fc.nat(5)), ([bytes, before]) => {
    const blocks = bytes.length / blockBytes;
    const placed = new Uint8Array(before + bytes.length);
    placed.set(bytes, before);
    const row = createIntegerRow(64 + blocks * blockLength);
    for (const part of [row.q, row.factor, row.offset, row.scale, row.min]) part.fill(7);
    const expected = structuredClone(row);
    format.unpackIntegers(placed, before, blocks, row, 32);

    for (let block = 0; block < blocks; block++) {
      const one = createIntegerRow(blockLength);
      format.unpackIntegers(bytes.slice(block * blockBytes, (block + 1) * blockBytes), 0, 1, one, 0);
      const to = 32 + block * blockLength;
      expected.q.set(one.q, to);
      expected.factor.set(one.factor, to >> 4);
      expected.offset.set(one.offset, to >> 4);
      expected.scale.set(one.scale, to >> 5);
      expected.min.set(one.min, to >> 5);
    }
    assert.deepEqual(row.q, expected.q);
    for (const part of ["factor", "offset"] as const) assert.deepEqual(row[part], expected[part]);
    for (const part of ["scale", "min"] as const) assertEqualBits(`${format.name}: ${part}`, row[part], expected[part]);
  });
}

/**
 * `findNonFinite` finds the first block with a value that is infinite or NaN. A format may refuse a block whose scale is
 * too large though its values are not (MXFP4), but never one after it.
 */
export function nonFiniteIsFound(format: BlockFormat): Promise<void> {
  const { blockBytes, blockLength } = format;
  return property(fc.tuple(blocksOf(format), fc.nat(5)), ([bytes, before]) => {
    const blocks = bytes.length / blockBytes;
    const values = new Float32Array(blocks * blockLength);
    format.unpack(bytes, 0, blocks, values, 0);
    const first = values.findIndex((value) => !Number.isFinite(value));
    const expected = first < 0 ? -1 : Math.floor(first / blockLength) * blockBytes;

    const placed = new Uint8Array(before + bytes.length);
    placed.set(bytes, before);
    const found = format.findNonFinite(placed, before, blocks);
    if (format.name !== "MXFP4") assert.equal(found, expected);
    else if (expected >= 0) assert.ok(found >= 0 && found <= expected, `${found}, first at ${expected}`);
    else assert.ok(found < 0 || bytes[found] > 252, `${found}: all finite`);
  });
}

/** Values as weights have them, some blocks with a wide range. NVFP4 ends at 1,344. */
function weights({ name }: BlockFormat, length: number): fc.Arbitrary<Float32Array> {
  const largest = name === "NVFP4" ? 3 : 6;
  return fc
    .record({
      codes: fc.array(fc.integer({ min: -128, max: 128 }), { minLength: length, maxLength: length, size: "max" }),
      exponent: fc.integer({ min: -10, max: largest }),
    })
    .map(({ codes, exponent }) => Float32Array.from(codes, (code) => code * 2 ** exponent));
}

/** What packing kept, packing keeps: packing the unpacked values, and unpacking them, gives the same values again. */
export function packingIsStable(format: BlockFormat): Promise<void> {
  return property(weights(format, 2 * format.blockLength), (input) => {
    const once = repack(format, input);
    const twice = repack(format, once);
    once.forEach((value, k) => assert.ok(twice[k] === value, `value ${k}: ${value}, then ${twice[k]}`));
  });
}

/** Many blocks packed at once are the same as each alone, wherever they lie, and nothing beside them is written. */
export function packedBlocksAreIndependent(format: BlockFormat): Promise<void> {
  const { blockBytes, blockLength } = format;
  return property(fc.tuple(weights(format, 2 * blockLength), fc.nat(5)), ([input, before]) => {
    const out = new Uint8Array(before + 2 * blockBytes + 3).fill(0x5a);
    const expected = out.slice();
    format.pack!(input, 0, 2, out, before);
    for (const block of [0, 1]) {
      const one = new Uint8Array(blockBytes).fill(0xa5);
      format.pack!(input.slice(block * blockLength, (block + 1) * blockLength), 0, 1, one, 0);
      expected.set(one, before + block * blockBytes);
    }
    assert.deepEqual(out, expected);
  });
}

function repack(format: BlockFormat, values: Float32Array): Float32Array {
  const blocks = values.length / format.blockLength;
  const bytes = new Uint8Array(blocks * format.blockBytes);
  const out = new Float32Array(values.length);
  format.pack!(values, 0, blocks, bytes, 0);
  format.unpack(bytes, 0, blocks, out, 0);
  return out;
}
