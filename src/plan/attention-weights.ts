import { bfloat16ToSingle } from "../../kernels/formats/index.ts";
import { attention } from "../../kernels/reference/index.ts";
import { type Batch, type Tensor, pageLength, windowLength } from "../tensor/index.ts";
import type { Arena } from "./arena.ts";
import type { PlacedOperation } from "./placed.ts";

/**
 * The softmax of one token of a batch, which the fast kernels never write down: computed by the reference, from the same
 * query and the keys in the cache, so with the same bits.
 * @param query address of the token's rotated query
 * @param layerExtent where the layer's part of an extent of pages begins
 * @param pageTable address of the sequence's page table
 * @returns [heads, positions]
 */
export function attentionWeights(
  { options, sinks, slopes }: Extract<PlacedOperation, { kind: "attend" }>,
  arena: Arena,
  batch: Batch,
  t: number,
  addresses: { readonly query: number; readonly layerExtent: number; readonly pageTable: number },
): Tensor {
  const { heads, kvHeads, keyLength, scale, softCap } = options;
  const { f32, i32 } = arena;
  const { query, layerExtent, pageTable } = addresses;
  const positions = batch.positions[t] + 1;
  // The kernels' layout of an extent: kernels/wasm/assembly/cache.ts. The reference reads [64, kvHeads, keyLength].
  const keyCells = Math.ceil(keyLength / 8);
  const cellWords = options.cache === "bf16" ? 4 : 8;
  const keys = new Float32Array(positions * kvHeads * keyLength);
  for (let i = 0; i < positions; i++) {
    const entry = i32[pageTable / 4 + Math.floor(i / pageLength)] >>> 0;
    const place = entry % 64;
    const extent = (layerExtent + entry - place) / 4;
    for (let head = 0; head < kvHeads; head++) {
      const before = (place - (place % 8)) * kvHeads + head * 8 + (place % 8); // pages of heads
      const row = extent + (before * pageLength + (i % pageLength)) * keyCells * cellWords;
      const to = (i * kvHeads + head) * keyLength;
      for (let d = 0; d < keyLength; d++) {
        const cell = row + (d >> 3) * cellWords;
        const half = i32[cell + (d & 3)] >>> ((d & 4) << 2);
        keys[to + d] = cellWords === 8 ? f32[cell + (d & 7)] : bfloat16ToSingle(half);
      }
    }
  }
  const weights = new Float32Array(heads * positions);
  attention({
    query: f32.slice(query / 4, query / 4 + heads * keyLength),
    position: positions - 1,
    heads,
    kvHeads,
    keyLength,
    valueLength: 0,
    scale,
    softCap,
    window: windowLength(options.window, positions - 1),
    sinks: sinks === 0 ? undefined : f32.slice(sinks / 4, sinks / 4 + heads),
    slopes: slopes === 0 ? undefined : f32.slice(slopes / 4, slopes / 4 + heads),
    pageTable: Array.from({ length: Math.ceil(positions / pageLength) }, (_, page) => page),
    keys,
    values: new Float32Array(0),
    out: new Float32Array(0),
    weights,
  });
  return { shape: [heads, positions], data: weights };
}
