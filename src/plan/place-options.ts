import type { AttentionOptions } from "../tensor/index.ts";
import type { Arena } from "./arena.ts";

/** What placing a plan depends on, besides the plan. */
export interface PlaceOptions {
  readonly arenas: readonly Arena[];
  readonly threads: number;
  readonly maxBatch: number;
  readonly maxOutputs: number;
  /** Bytes of a row of 8-bit activations. */
  readonly quantizedBytes: (columns: number) => number;
  /** Scratch that one thread's kernels need. */
  readonly scratchBytes: number;
  /** Bytes of one layer's part of a page of the cache. */
  readonly layerPageBytes: (attention: AttentionOptions) => number;
  /** Bytes of what `attendSpans` leaves of a span. */
  readonly partialBytes: (attention: AttentionOptions) => number;
}
