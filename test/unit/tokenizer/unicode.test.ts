import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import {
  type Category,
  categoryRanges,
  maxCodePoint,
  toLowerCase,
  whitespaceRanges,
  withoutAccents,
} from "../../../src/tokenizer/unicode.ts";

/** Digests of llama.cpp's tables, computed from its source by another program. */
const digests = {
  categories: "80671663fb7b185ac9d7cb69852ac3a4fe7f17d9f8f37974ee9ef5a4d86ad01d",
  lowerCase: "2f1a7b3137115900193356ea8bad9367aa91a90cb168978abf46bf0592a94945",
  decomposition: "b090a395d53175c1985b16625bf53e6aefb8a6576a60c4eb54e2b67bfd2f76b4",
};

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const digestOfMap = (map: (codePoint: number) => number): string =>
  sha256(new Uint8Array(Uint32Array.from({ length: maxCodePoint + 1 }, (_, codePoint) => map(codePoint)).buffer));

it("every code point has llama.cpp's category", () => {
  const table = new Uint8Array(maxCodePoint + 1);
  for (const category of ["U", "N", "L", "Z", "M", "P", "S", "C"] satisfies Category[]) {
    const ranges = categoryRanges(category);
    for (let i = 0; i < ranges.length; i += 2) table.fill(category.charCodeAt(0), ranges[i], ranges[i + 1] + 1);
  }
  expect(table.includes(0)).toBe(false);
  for (let i = 0; i < whitespaceRanges.length; i += 2) table[whitespaceRanges[i]] |= 0x20;
  expect(sha256(table)).toBe(digests.categories);
});

it("every code point has llama.cpp's lower case and base letter", () => {
  expect(digestOfMap(toLowerCase)).toBe(digests.lowerCase);
  expect(digestOfMap(withoutAccents)).toBe(digests.decomposition);
});
