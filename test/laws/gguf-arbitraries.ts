/** Random GGUF contents: every value type, every tensor type, both versions and byte orders. */
import fc from "fast-check";
import { Metadata } from "../../src/gguf/index.ts";
import type { FixedArray, FixedType, GgufContent, MetadataArray, MetadataValue } from "../../src/gguf/index.ts";
import type { TensorToWrite } from "../../src/gguf/index.ts";
import { dtypes } from "../../src/tensor/dtype.ts";
import type { Dtype } from "../../src/tensor/dtype.ts";

const text = fc.oneof(fc.string({ unit: "binary", maxLength: 20 }), fc.string({ maxLength: 20 }));
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length, size: "max" });

/** From bits, so that every NaN and both zeros come up. */
const float32 = fc.nat(0xffffffff).map((bits): MetadataValue => {
  const value = new DataView(Uint32Array.of(bits).buffer).getFloat32(0, true);
  return Number.isNaN(value) ? { type: "float32", value, bits: BigInt(bits) } : { type: "float32", value };
});
const float64 = fc.bigInt(0n, 2n ** 64n - 1n).map((bits): MetadataValue => {
  const value = new DataView(BigUint64Array.of(bits).buffer).getFloat64(0, true);
  return Number.isNaN(value) ? { type: "float64", value, bits } : { type: "float64", value };
});
const extremeFloats = fc.constantFrom<MetadataValue>(
  { type: "float32", value: NaN, bits: 0x7fa00001n }, // a signalling NaN, which a conversion to double would change
  { type: "float32", value: -0 },
  { type: "float64", value: -Infinity },
  { type: "float64", value: NaN, bits: 0xfff4000000000001n },
);

const scalar: fc.Arbitrary<MetadataValue> = fc.oneof(
  ...([8, 16, 32] as const).flatMap((bits) => [
    fc.nat(2 ** bits - 1).map((value): MetadataValue => ({ type: `uint${bits}`, value })),
    fc
      .integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 })
      .map((value): MetadataValue => ({ type: `int${bits}`, value })),
  ]),
  fc.bigInt(0n, 2n ** 64n - 1n).map((value): MetadataValue => ({ type: "uint64", value })),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((value): MetadataValue => ({ type: "int64", value })),
  fc.boolean().map((value): MetadataValue => ({ type: "bool", value })),
  text.map((value): MetadataValue => ({ type: "string", value })),
  float32,
  float64,
  extremeFloats,
);

const fixed = (elementType: FixedType, array: fc.Arbitrary<unknown>) =>
  array.map((value) => ({ type: "array", elementType, value }) as unknown as FixedArray);

const arrays = fc.letrec<{ array: MetadataArray }>((tie) => ({
  array: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fixed("uint8", fc.uint8Array()),
    fixed("int8", fc.int8Array()),
    fixed("uint16", fc.uint16Array()),
    fixed("int16", fc.int16Array()),
    fixed("uint32", fc.uint32Array()),
    fixed("int32", fc.int32Array()),
    fixed("float32", fc.float32Array()),
    fixed("float64", fc.float64Array()),
    fixed("uint64", fc.bigUint64Array()),
    fixed("int64", fc.bigInt64Array()),
    fixed("bool", fc.uint8Array({ max: 1 })),
    fc.array(text).map((value): MetadataArray => ({ type: "array", elementType: "string", value })),
    fc
      .array(tie("array"), { maxLength: 3 })
      .map((value): MetadataArray => ({ type: "array", elementType: "array", value })),
  ),
})).array;

/** A metadata value of any type. */
export const metadataValue: fc.Arbitrary<MetadataValue> = fc.oneof(scalar, arrays);

const alignment = fc.option(
  fc.nat(8).map((bits): [string, MetadataValue] => ["general.alignment", { type: "uint32", value: 2 ** bits }]),
  { nil: undefined },
);
const key = fc.string({ unit: "binary", minLength: 1, maxLength: 20 });

/** Metadata of a few keys in any order, sometimes with an alignment among them. */
export const metadata: fc.Arbitrary<Metadata> = fc
  .tuple(
    fc.uniqueArray(fc.tuple(key, metadataValue), { selector: ([name]) => name, maxLength: 6 }),
    alignment,
    fc.nat(6),
  )
  .map(([entries, aligned, at]) => {
    if (aligned !== undefined) entries.splice(at, 0, aligned);
    return new Metadata(entries);
  });

/** A tensor of a few blocks, of up to four dimensions, some of them empty. */
export function tensorOf(dtype: Dtype): fc.Arbitrary<TensorToWrite> {
  return fc
    .record({
      name: fc.string({ unit: "binary", maxLength: 16 }),
      blocks: fc.nat(3),
      others: fc.array(fc.nat(3), { maxLength: 3 }),
      scalar: fc.constant(dtype.blockLength === 1).chain((can) => (can ? fc.boolean() : fc.constant(false))),
    })
    .chain(({ name, blocks, others, scalar }) => {
      const shape = scalar ? [] : [blocks * dtype.blockLength, ...others];
      const values = shape.reduce((product, length) => product * length, 1);
      const data = bytes((values / dtype.blockLength) * dtype.blockBytes);
      return data.map((filled) => ({ name, dtype, shape, data: filled }));
    });
}

/** A whole file. `types` limits its tensors' types. */
export function content(types: readonly Dtype[] = dtypes): fc.Arbitrary<GgufContent> {
  return fc.record({
    version: fc.constantFrom(2, 3),
    littleEndian: fc.boolean(),
    dataAsStored: fc.constant(true),
    metadata,
    tensors: fc.uniqueArray(fc.constantFrom(...types).chain(tensorOf), { selector: ({ name }) => name, maxLength: 5 }),
  });
}
