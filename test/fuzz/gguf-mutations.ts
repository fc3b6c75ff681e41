import fc from "fast-check";

/** One change of a file; places are fractions of its length. */
export type Mutation =
  | { kind: "truncate"; at: number }
  | { kind: "flip"; at: number; bit: number }
  | { kind: "overwrite"; at: number; bytes: Uint8Array }
  | { kind: "insert"; at: number; bytes: Uint8Array }
  | { kind: "remove"; at: number; length: number }
  | { kind: "repeat"; at: number; length: number; to: number };

// Without fast-check's liking for small numbers: nearly every case would break the magic, and test nothing else.
const place = fc.noBias(fc.nat(2 ** 30 - 1)).map((number) => number / 2 ** 30);
/** Most of what matters lies in the first bytes: counts, the first lengths and types. */
const anyPlace = fc.oneof(
  place,
  place.map((at) => at * at),
);

function littleEndian64(value: bigint): Uint8Array {
  return new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, value)).buffer);
}

/** Counts, lengths and offsets near every border, in both byte orders. */
const extremeNumbers = fc
  .tuple(
    fc.constantFrom(0n, 1n, 2n ** 16n, 2n ** 31n, 2n ** 32n, 2n ** 40n, 2n ** 53n, 2n ** 60n, 2n ** 63n, 2n ** 64n),
    fc.bigInt(-9n, 9n),
    fc.boolean(),
    fc.constantFrom(1, 2, 4, 8),
  )
  .map(([base, difference, reverse, width]) => {
    const bytes = littleEndian64(base + difference).subarray(0, width);
    return reverse ? bytes.slice().reverse() : bytes;
  });

export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant("truncate" as const), at: place }),
  fc.record({ kind: fc.constant("flip" as const), at: anyPlace, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("overwrite" as const), at: anyPlace, bytes: extremeNumbers }),
  fc.record({ kind: fc.constant("overwrite" as const), at: anyPlace, bytes: fc.uint8Array({ maxLength: 12 }) }),
  fc.record({ kind: fc.constant("insert" as const), at: anyPlace, bytes: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({ kind: fc.constant("remove" as const), at: anyPlace, length: fc.nat(40) }),
  fc.record({ kind: fc.constant("repeat" as const), at: anyPlace, length: fc.nat(100), to: anyPlace }),
);

/** A changed copy of the file. */
export function mutate(file: Uint8Array, change: Mutation): Uint8Array {
  const at = Math.floor(change.at * file.length);
  switch (change.kind) {
    case "truncate":
      return file.slice(0, at);
    case "flip":
      return concat(file.subarray(0, at), file.subarray(at, at + 1).map((byte) => byte ^ (1 << change.bit)), file.subarray(at + 1)); // prettier-ignore
    case "overwrite":
      return concat(file.subarray(0, at), change.bytes, file.subarray(at + change.bytes.length));
    case "insert":
      return concat(file.subarray(0, at), change.bytes, file.subarray(at));
    case "remove":
      return concat(file.subarray(0, at), file.subarray(at + change.length));
    case "repeat": {
      const to = Math.floor(change.to * file.length);
      return concat(file.subarray(0, to), file.subarray(at, at + change.length), file.subarray(to));
    }
  }
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
