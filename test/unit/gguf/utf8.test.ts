import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeShort, decodeUtf8, isUtf8 } from "../../../src/gguf/utf8.ts";

/** Bytes that are often nearly a character: leads, continuations, and both ends of each range of table 3-7. */
const edges = [
  0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff,
];
const bytes = fc
  .array(fc.oneof(fc.constantFrom(...edges), fc.nat(255)), { maxLength: 8 })
  .map((list) => Uint8Array.from(list));

describe("UTF-8", () => {
  it("is checked as the runtime's decoder checks it", () => {
    fc.assert(
      fc.property(bytes, fc.nat(3), (given, before) => {
        // Within other bytes, which must not count.
        const around = Uint8Array.from([...Array<number>(before).fill(0xe2), ...given, 0x80, 0x80]);
        const valid = decodeUtf8(given) !== undefined;
        expect(isUtf8(around, before, before + given.length)).toBe(valid);
        if (!valid) expect(decodeShort(around, before, before + given.length)).toBeUndefined();
      }),
      { numRuns: 20_000 },
    );
  });

  it("takes every character, and no half of a surrogate pair", () => {
    for (let code = 0; code <= 0x10ffff; code += 7) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const text = new TextEncoder().encode(String.fromCodePoint(code));
      expect(isUtf8(text, 0, text.length)).toBe(true);
    }
    expect(isUtf8(Uint8Array.of(0xed, 0xa0, 0x80), 0, 3)).toBe(false);
    expect(isUtf8(Uint8Array.of(0xf4, 0x90, 0x80, 0x80), 0, 4)).toBe(false);
  });
});
