import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { blockFormats } from "../../kernels/formats/index.ts";
import { record } from "../support/record.ts";
import { hasShared, itShared, shared } from "../support/shared.ts";

interface Entry {
  block_values: number;
  block_bytes: number;
  imatrix: boolean;
}

const folder = (file: string) => shared("golden", "quants", file);
const values = (file: string) => new Float32Array(Uint8Array.from(readFileSync(folder(file))).buffer);
const types: Partial<Record<string, Entry>> = hasShared
  ? (JSON.parse(readFileSync(folder("index.json"), "utf8")) as { types: Record<string, Entry> }).types
  : {};

describe("blocks that ggml made", () => {
  for (const format of blockFormats) {
    const entry = types[format.name];
    if (hasShared && entry === undefined) continue;

    itShared(`${format.name} unpacks to the same bits`, () => {
      expect(format).toMatchObject({ blockLength: entry!.block_values, blockBytes: entry!.block_bytes });
      const bytes = new Uint8Array(readFileSync(folder(`${format.name}.bin`)));
      const expected = values(`${format.name}.f32`);
      const actual = new Float32Array(expected.length);
      format.unpack(bytes, 0, bytes.length / format.blockBytes, actual, 0);
      const found = differences(actual, expected);
      record(
        `quants: ${format.name}, ${expected.length} values unpacked`,
        found.length === 0 ? "equal" : found[0],
        "equal",
      );
      expect(found).toEqual([]);
    });

    if (format.pack === undefined || entry?.imatrix) continue;
    itShared(`${format.name} packs to the same bytes`, () => {
      const input = values("input.f32");
      const expected = new Uint8Array(readFileSync(folder(`${format.name}.bin`)));
      const actual = new Uint8Array(expected.length);
      format.pack!(input, 0, input.length / format.blockLength, actual, 0);
      const found = differences(actual, expected);
      record(`quants: ${format.name}, ${actual.length} bytes packed`, found.length === 0 ? "equal" : found[0], "equal");
      expect(found).toEqual([]);
    });
  }
});

/** The first places where two arrays differ, any NaN being equal to any NaN, and −0 not to 0. */
function differences(actual: ArrayLike<number>, expected: ArrayLike<number>): string[] {
  const found: string[] = [];
  for (let k = 0; k < expected.length && found.length < 8; k++) {
    if (!Object.is(actual[k], expected[k])) found.push(`${k}: ${actual[k]}, expected ${expected[k]}`);
  }
  return found;
}
