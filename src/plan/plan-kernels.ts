import type { AttentionOptions, RopePairing } from "../tensor/index.ts";

/** The kernels of one memory, as the walker calls them: all arguments are addresses and lengths. */
export interface PlanKernels {
  readonly i32: Int32Array;
  readonly u8: Uint8Array;
  /** Row `row` of a packed weight, in single precision. */
  unpackRow(kernel: string, weight: number, columns: number, row: number, out: number, scratch: number): void;
  /** The 8-bit form of a row. */
  quantize(x: number, columns: number, out: number): void;
  /** Normalises `segments` segments of `length` numbers each. */
  rmsNorm(x: number, weight: number, segments: number, length: number, epsilon: number, out: number): void;
  /** Rows `start` … `end` − 1 of a product, for `tokens` rows of x. `out` is [tokens, outStride]. */
  product(
    kernel: string,
    integers: boolean,
    weight: number,
    columns: number,
    x: number,
    tokens: number,
    out: number,
    outStride: number,
    start: number,
    end: number,
    scratch: number,
  ): void;
  swiglu(gate: number, up: number, out: number, length: number): void;
  add(a: number, b: number, out: number, length: number): void;
  scale(x: number, factor: number, out: number, length: number): void;
  /** Rotates `heads` heads of one token by its row of the angle table. */
  rope(
    x: number,
    heads: number,
    headLength: number,
    rotaryLength: number,
    pairing: RopePairing,
    cos: number,
    sin: number,
    out: number,
  ): void;
  /** Puts key-value heads `start` … `end` − 1 of one token into a layer's part of its page. */
  store(
    key: number,
    value: number,
    page: number,
    position: number,
    start: number,
    end: number,
    kvHeads: number,
    keyLength: number,
    valueLength: number,
  ): void;
  /** Query heads `start` … `end` − 1 of one token look at the positions up to its own. */
  attend(
    query: number,
    pageTable: number,
    pageOffset: number,
    position: number,
    start: number,
    end: number,
    options: AttentionOptions,
    out: number,
    scratch: number,
  ): void;
}
