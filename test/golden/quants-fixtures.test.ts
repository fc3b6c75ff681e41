import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blockFormats } from "../../kernels/formats/index.ts";
import { dtypeByName } from "../../src/tensor/dtype.ts";
import { itShared, shared } from "../support/shared.ts";

/** Made by fixtures/make-blocks.c, which says how. */
const fixtures = JSON.parse(readFileSync(join(import.meta.dirname, "fixtures/ggml-blocks.json"), "utf8")) as {
  random: Record<string, { seed: number; values: number; hash: number }>;
  packed: Record<string, { hash: number; bytes: string }>;
};
const find = (ggmlName: string) => blockFormats.find((format) => format.name === ggmlName.toUpperCase())!;

/** FNV-1a over the bits of the values, a word at a time, any NaN counted as the same. */
function hash(values: Float32Array): number {
  const bits = new Uint32Array(values.buffer);
  let h = 2166136261;
  for (const word of bits) h = Math.imul(h ^ ((word & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : word), 16777619);
  return h >>> 0;
}

function randomBytes(seed: number, length: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 24;
  });
}

describe("random bytes read as ggml reads them", () => {
  it("covers every format", () => {
    expect(Object.keys(fixtures.random).map((name) => find(name).name)).toEqual(blockFormats.map(({ name }) => name));
  });

  for (const [name, { seed, values, hash: expected }] of Object.entries(fixtures.random)) {
    it(`${name.toUpperCase()}: ${values} values`, () => {
      const format = find(name);
      expect(seed).toBe(dtypeByName(format.name)!.id + 1);
      const blocks = values / format.blockLength;
      const out = new Float32Array(values);
      format.unpack(randomBytes(seed, blocks * format.blockBytes), 0, blocks, out, 0);
      expect(hash(out)).toBe(expected);
    });
  }
});

describe("blocks that ggml packed", () => {
  for (const [name, { hash: expected, bytes: hex }] of Object.entries(fixtures.packed)) {
    const format = find(name);
    const bytes = Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16));
    const blocks = bytes.length / format.blockBytes;

    it(`${format.name} unpacks to the same bits`, () => {
      const out = new Float32Array(blocks * format.blockLength);
      format.unpack(bytes, 0, blocks, out, 0);
      expect(hash(out)).toBe(expected);
    });

    itShared(`${format.name} packs to the same bytes`, () => {
      const input = new Float32Array(Uint8Array.from(readFileSync(shared("golden", "quants", "input.f32"))).buffer);
      const packed = new Uint8Array(bytes.length);
      format.pack!(input, 0, blocks, packed, 0);
      expect(packed).toEqual(bytes);
    });
  }
});
