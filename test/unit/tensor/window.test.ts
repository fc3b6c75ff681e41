import { describe, expect, it } from "vitest";
import { type AttentionWindow, createReferenceBackend, type Batch } from "../../../src/tensor/index.ts";
import { noise } from "../../support/noise.ts";

const options = { layer: 0, heads: 2, kvHeads: 1, keyLength: 4, valueLength: 4, scale: 0.5 };
const tokens = 12;
const positions = Int32Array.from({ length: tokens }, (_, i) => i);

/** Attention of twelve tokens over their own keys, by way of a backend; `change` alters the key of one position. */
async function attend(window: AttentionWindow | undefined, change?: number): Promise<Float32Array> {
  const [query, key, value] = [noise(tokens * 8, 1), noise(tokens * 4, 2), noise(tokens * 4, 3)];
  if (change !== undefined) key.fill(3, change * 4, change * 4 + 4);
  const program = await createReferenceBackend("f32").compile((ops) => {
    const of = (data: Float32Array, columns: number) => ({ rows: tokens, columns, data });
    return ops.attention(of(query, 8), of(key, 4), of(value, 4), { ...options, window });
  });
  const cache = program.createCache({ layers: 1, kvHeads: 1, keyLength: 4, valueLength: 4 });
  cache.reserve(1);
  const batch: Batch = {
    tokens: positions,
    positions,
    sequences: new Int32Array(tokens),
    pageTables: [Int32Array.of(0)],
    outputs: positions,
  };
  return program.run(batch, cache);
}

/** The positions that see a change of the key at `changed`. */
async function seers(window: AttentionWindow | undefined, changed: number): Promise<number[]> {
  const [before, after] = [await attend(window), await attend(window, changed)];
  return [...positions].filter((t) => before.subarray(t * 8, t * 8 + 8).some((x, i) => x !== after[t * 8 + i]));
}

describe("a key is seen", () => {
  it("by all positions from its own on, without a window", async () => {
    expect(await seers(undefined, 5)).toEqual([5, 6, 7, 8, 9, 10, 11]);
  });

  it("by as many positions as a sliding window is long", async () => {
    expect(await seers({ kind: "sliding", length: 3 }, 5)).toEqual([5, 6, 7]);
  });

  it("to the end of its chunk, in a chunked window", async () => {
    expect(await seers({ kind: "chunked", length: 4 }, 5)).toEqual([5, 6, 7]);
    expect(await seers({ kind: "chunked", length: 4 }, 3)).toEqual([3]);
    expect(await seers({ kind: "chunked", length: 5 }, 6)).toEqual([6, 7, 8, 9]);
  });
});
