import type { Rotary } from "../tensor/index.ts";
import type { RunHeader } from "./placed.ts";
import type { PlaceOptions } from "./place-options.ts";

/** In each memory, the places of what changes from run to run. */
export function placeHeaders(options: PlaceOptions, rotaries: readonly Rotary["angles"][]): RunHeader[] {
  const { arenas, threads, maxBatch, maxOutputs, scratchBytes } = options;
  const scratchStride = Math.ceil(scratchBytes / 64) * 64;
  return arenas.map((arena) => ({
    tokens: arena.allocate(4 * maxBatch),
    positions: arena.allocate(4 * maxBatch),
    outputs: arena.allocate(4 * maxOutputs),
    pageTables: arena.allocate(4 * maxBatch),
    angles: rotaries.map(({ pairs }) => ({
      cos: arena.allocate(4 * maxBatch * pairs),
      sin: arena.allocate(4 * maxBatch * pairs),
      pairs,
    })),
    partials: arena.allocate(4),
    scratch: arena.allocate(scratchStride * threads),
    scratchStride,
  }));
}
