/** Files made by hand to hurt a reader: each names the code that must refuse it. */
const text = new TextEncoder();

export const u8 = (...values: number[]): Uint8Array => Uint8Array.from(values);
export const u32 = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);
export const u64 = (...values: (number | bigint)[]): Uint8Array =>
  new Uint8Array(BigUint64Array.from(values, (value) => BigInt.asUintN(64, BigInt(value))).buffer);
export const string = (value: string | Uint8Array): Uint8Array => {
  const bytes = typeof value === "string" ? text.encode(value) : value;
  return bytesOf(u64(bytes.length), bytes);
};
export function bytesOf(...pieces: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(pieces));
}

/** Value types by their numbers in a file. */
const uint32Type = 4;
const boolType = 7;
const stringType = 8;
const arrayType = 9;

/** Magic, version 3, counts. */
export function head(tensors: number | bigint, pairs: number | bigint): Uint8Array {
  return bytesOf(text.encode("GGUF"), u32(3), u64(tensors, pairs));
}

/** A tensor's description; type 0 is F32, of 4 bytes a value. */
export function tensor(name: string, shape: (number | bigint)[], type: number, offset: number | bigint): Uint8Array {
  return bytesOf(string(name), u32(shape.length), u64(...shape), u32(type), u64(offset));
}

const zeros = (count: number) => new Uint8Array(count);
const most = 2n ** 64n - 1n;
const oneKey = (...value: Uint8Array[]) => bytesOf(head(0, 1), string("k"), ...value, zeros(64));
const nested = (depth: number) => bytesOf(...Array.from({ length: depth }, () => bytesOf(u32(arrayType), u64(1))));

export const hostileFiles: Readonly<Record<string, readonly [code: string, file: Uint8Array]>> = {
  "nothing": ["NOT_GGUF", zeros(0)],
  "three letters": ["NOT_GGUF", text.encode("GGU")],
  "a PNG": ["NOT_GGUF", bytesOf(u8(0x89), text.encode("PNG\r\n"), zeros(100))],
  "only the magic": ["TRUNCATED", text.encode("GGUF")],
  "version 1": ["UNSUPPORTED_VERSION", bytesOf(text.encode("GGUF"), u32(1), zeros(100))],
  "version 0": ["UNSUPPORTED_VERSION", bytesOf(text.encode("GGUF"), u32(0), zeros(100))],
  "version 4": ["UNSUPPORTED_VERSION", bytesOf(text.encode("GGUF"), u32(4), zeros(100))],
  "2⁶⁴−1 keys": ["TRUNCATED", bytesOf(head(0, most), zeros(1000))],
  "2⁶³ tensors": ["TRUNCATED", bytesOf(head(2n ** 63n, 0), zeros(1000))],
  "as many keys as would just fit": ["BAD_KEY", bytesOf(head(0, 70), zeros(1000))],
  "more keys than are allowed": ["TOO_LARGE", bytesOf(head(0, 100_000), zeros(3_000_000))],
  "more tensors than are allowed": ["TOO_LARGE", bytesOf(head(100_000, 0), zeros(3_000_000))],
  "a key of 2⁶⁴−1 bytes": ["TRUNCATED", bytesOf(head(0, 1), u64(most), zeros(100))],
  "a key of 65,536 bytes": ["TOO_LARGE", bytesOf(head(0, 1), u64(65536), zeros(70000))],
  "a key that is not UTF-8": ["INVALID_UTF8", bytesOf(head(0, 1), string(Uint8Array.of(0xff)), u32(boolType), u8(1))],
  "a key twice": ["DUPLICATE_KEY", bytesOf(head(0, 2), ...[0, 1].map(() => bytesOf(string("k"), u32(boolType), u8(1))))],
  "a value type that does not exist": ["BAD_VALUE_TYPE", oneKey(u32(13))],
  "a bool of 2": ["BAD_BOOL", oneKey(u32(boolType), u8(2))],
  "an array with a bool of 2": ["BAD_BOOL", oneKey(u32(arrayType, boolType), u64(3), u8(0, 1, 2))],
  "a string of 2⁶⁴−1 bytes": ["TRUNCATED", oneKey(u32(stringType), u64(most))],
  "a string cut inside a character": ["INVALID_UTF8", oneKey(u32(stringType), string(Uint8Array.of(0xe2, 0x82)))],
  "a surrogate as UTF-8": ["INVALID_UTF8", oneKey(u32(stringType), string(Uint8Array.of(0xed, 0xa0, 0x80)))],
  "an overlong character": ["INVALID_UTF8", oneKey(u32(arrayType, stringType), u64(1), string(Uint8Array.of(0xc0, 0x80)))],
  "an array of 2⁶⁴−1 strings": ["TRUNCATED", oneKey(u32(arrayType, stringType), u64(most))],
  "an array of 2⁶² numbers": ["TRUNCATED", oneKey(u32(arrayType, uint32Type), u64(2n ** 62n))],
  "an array of 2⁶⁰ arrays": ["TRUNCATED", oneKey(u32(arrayType, arrayType), u64(2n ** 60n))],
  "arrays in arrays, 17 deep": ["TOO_DEEP", oneKey(u32(arrayType), nested(17), u32(boolType), u64(0))],
  "arrays in arrays, 100,000 deep": ["TOO_DEEP", oneKey(u32(arrayType), nested(100_000))],
  "an alignment of 0": ["BAD_ALIGNMENT", bytesOf(head(0, 1), string("general.alignment"), u32(uint32Type, 0))],
  "an alignment of 24": ["BAD_ALIGNMENT", bytesOf(head(0, 1), string("general.alignment"), u32(uint32Type, 24))],
  "an alignment of 2³¹": ["BAD_ALIGNMENT", bytesOf(head(0, 1), string("general.alignment"), u32(uint32Type, 2 ** 31))],
  "an alignment that is a bool": ["BAD_ALIGNMENT", bytesOf(head(0, 1), string("general.alignment"), u32(boolType), u8(1))],
  "a tensor name of 65 bytes": ["TOO_LARGE", bytesOf(head(1, 0), tensor("x".repeat(65), [1], 0, 0), zeros(64))],
  "a tensor of five dimensions": ["BAD_TENSOR", bytesOf(head(1, 0), tensor("t", [1, 1, 1, 1, 1], 0, 0), zeros(64))],
  "a tensor of 2³² dimensions": ["BAD_TENSOR", bytesOf(head(1, 0), string("t"), u32(0xffffffff), zeros(64))],
  "a tensor type that does not exist": ["UNKNOWN_TENSOR_TYPE", bytesOf(head(1, 0), tensor("t", [1], 4, 0), zeros(64))],
  "a tensor of 2⁶⁴−1 values": ["TOO_LARGE", bytesOf(head(1, 0), tensor("t", [most], 0, 0), zeros(64))],
  "a shape whose product overflows to 0": ["TOO_LARGE", bytesOf(head(1, 0), tensor("t", [2n ** 32n, 2n ** 32n], 0, 0), zeros(64))],
  "a shape whose bytes overflow": ["TOO_LARGE", bytesOf(head(1, 0), tensor("t", [2n ** 52n], 0, 0), zeros(64))],
  "rows that are no whole blocks": ["BAD_TENSOR", bytesOf(head(1, 0), tensor("t", [33], 2, 0), zeros(64))],
  "a tensor longer than the file": ["TRUNCATED", bytesOf(head(1, 0), tensor("t", [1000], 0, 0), zeros(64))],
  "a tensor past the end": ["TRUNCATED", bytesOf(head(1, 0), tensor("t", [1], 0, 4096), zeros(64))],
  "an offset of 2⁶⁴−32": ["TRUNCATED", bytesOf(head(1, 0), tensor("t", [1], 0, 2n ** 64n - 32n), zeros(64))],
  "an empty tensor at 2⁶⁴−32": ["TRUNCATED", bytesOf(head(1, 0), tensor("t", [0], 0, 2n ** 64n - 32n), zeros(64))],
  "an offset that is not aligned": ["BAD_OFFSET", bytesOf(head(1, 0), tensor("t", [1], 0, 4), zeros(64))],
  "a tensor twice": ["DUPLICATE_TENSOR", bytesOf(head(2, 0), tensor("t", [1], 0, 0), tensor("t", [1], 0, 32), zeros(128))],
  "two tensors at one place": ["OVERLAPPING_TENSORS", bytesOf(head(2, 0), tensor("a", [1], 0, 0), tensor("b", [1], 0, 0), zeros(128))],
  "a tensor that reaches into the next": ["OVERLAPPING_TENSORS", bytesOf(head(2, 0), tensor("b", [1], 0, 32), tensor("a", [9], 0, 0), zeros(128))],
}; // prettier-ignore
