import type { Batch } from "./batch.ts";
import type { Dtype } from "./dtype.ts";
import type { Operations, Value, Weight } from "./operations.ts";
import type { Taps } from "./taps.ts";

/** `f32`: weights dequantised, the yardstick. `int8`: 8-bit activations and integer products for quantised weights. */
export type Precision = "f32" | "int8";

/** A tensor of a file, on its way to becoming a weight. */
export interface WeightSource {
  readonly name: string;
  readonly dtype: Dtype;
  readonly rows: number;
  readonly columns: number;
  /** Bytes of the tensor, from `offset` up to `offset + length`; they may be put into `into`, if that is long enough. */
  read(offset: number, length: number, into?: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

/** The shape of a key-value cache. */
export interface CacheShape {
  readonly layers: number;
  /** Key-value heads. */
  readonly kvHeads: number;
  readonly keyLength: number;
  readonly valueLength: number;
}

/** The keys and values of one context, kept where the kernels can reach them. */
export interface CacheStorage {
  /** Makes room for pages 0 … `pages` − 1; what they hold stays. */
  reserve(pages: number): void;
  /** Bytes it takes now. */
  readonly bytes: number;
  /** Gives its memory back. */
  release(): void;
}

/** One operation of a plan, in words and numbers. */
export interface PlanLine {
  readonly operation: string;
  readonly detail: string;
  /** Bytes of weights that one token reads. */
  readonly weightBytes: number;
  /** Multiplications for one token. */
  readonly multiplications: number;
  /** Whether threads wait for each other first. */
  readonly meeting: "never" | "batch" | "always";
  /** Names under which its results can be tapped. */
  readonly names: readonly string[];
}

/** What a backend does to compute one forward pass. */
export interface PlanDescription {
  readonly threads: number;
  readonly lines: readonly PlanLine[];
}

/** The forward pass of a model, ready to run. */
export interface Program {
  /** The plan, for backends that have one. */
  explain?(): PlanDescription;
  createCache(shape: CacheShape): CacheStorage;
  /**
   * Computes the batch. [outputs, columns of the graph's result]
   * @param signal ends the run by throwing its reason, if the backend looks at it on the way; what the batch wrote to the
   * cache counts for nothing then
   */
  run(batch: Batch, cache: CacheStorage, taps?: Taps, signal?: AbortSignal): Promise<Float32Array>;
}

/** What computes: it knows where weights and cache live, and runs the forward pass over them. */
export interface Backend {
  readonly kernels: "reference" | "wasm";
  readonly precision: Precision;
  readonly threads: number;
  /** The most tokens that one run takes; longer prompts are cut. The event loop turns between runs. */
  readonly maxBatch: number;
  /** The most rows of logits that one run gives. */
  readonly maxOutputs: number;
  /**
   * Brings a tensor to where the kernels read it.
   * @throws ModelError `UNSUPPORTED_FORMAT` for a type without kernels, `NON_FINITE_WEIGHT` for infinite or NaN scales
   */
  loadWeight(source: WeightSource): Promise<Weight>;
  /** Takes the forward pass as a function of the operations, once, after all weights are loaded. */
  compile(graph: (ops: Operations) => Value): Promise<Program>;
  close(): Promise<void>;
}
