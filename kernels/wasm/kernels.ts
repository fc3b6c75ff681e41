import type { IntegerFormatName } from "./formats.ts";

/** An address in the kernels' memory, in bytes. */
export type Pointer = number;

/**
 * Matrix product of packed weights with quantised activations, out[t·outStride + r] for rowStart ≤ r < rowEnd.
 * `rowStart` is a multiple of 4, and so is `rowEnd`, unless it is the weight's last. `scratch`: `productScratchBytes`.
 */
export type MatmulInt8 = (
  weight: Pointer,
  columns: number,
  activation: Pointer,
  tokens: number,
  out: Pointer,
  outStride: number,
  rowStart: number,
  rowEnd: number,
  scratch: Pointer,
) => void;

/** out = operation(gate)·up for each of `rows` rows of n values. */
export type Gate = (
  gate: Pointer,
  gateStride: number,
  up: Pointer,
  upStride: number,
  rows: number,
  n: number,
  out: Pointer,
  outStride: number,
) => void;

/**
 * The kernels of one instance. Pointers to singles and 32-bit integers are multiples of 4; nothing else needs alignment,
 * though multiples of 16 are fastest for weights. Strides count values, from one row to the next.
 */
export interface Kernels extends Readonly<Record<`matmul${IntegerFormatName}`, MatmulInt8>> {
  /**
   * From now on this instance multiplies no bytes whole in the relaxed dot product, whatever the engine makes of bit 7.
   * The results are the same bits. For tests.
   */
  readonly useSevenBits: () => void;
  /**
   * From now on this instance reads the weights and the cache of one token in `count` places at once, 1, 2, 4 or 8 (8
   * unless it is called). The results are the same bits; what is fastest depends on the processor.
   */
  readonly useStreams: (count: number) => void;
  /** Bytes of `rows` rows in the packed layout. */
  readonly packedBytes: (format: number, rows: number, columns: number) => number;
  /**
   * Packs rows of a file's blocks at `source` (no alignment) to `out`. `rows` is a multiple of 4, unless it is the
   * weight's end. Answers the first block (counted from `source`) with an infinite or NaN half, or −1.
   */
  readonly pack: (format: number, source: Pointer, rows: number, columns: number, out: Pointer) => number;
  /** Four packed rows (a band) to singles, row after row. Quantised formats only. */
  readonly unpackBand: (format: number, band: Pointer, columns: number, out: Pointer) => void;
  /** Row `row` of a packed table of any format. `scratch`: 16·columns bytes. */
  readonly embed: (
    format: number,
    table: Pointer,
    columns: number,
    row: number,
    out: Pointer,
    scratch: Pointer,
  ) => void;
  /** Bytes of 32 quantised activations. */
  readonly activationBytes: () => number;
  /** Bytes of scratch that a product of this many columns needs, */
  readonly productScratchBytes: (columns: number) => number;
  /** and one in single precision. */
  readonly singleScratchBytes: (columns: number) => number;
  /** [tokens, columns] singles to columns / 32 groups for each token. */
  readonly quantizeActivation: (x: Pointer, xStride: number, tokens: number, columns: number, out: Pointer) => void;
  /**
   * Matrix product in single precision of a packed weight of any format, as `MatmulInt8` otherwise.
   * `scratch`: `singleScratchBytes`.
   */
  readonly matmulF32: (
    format: number,
    weight: Pointer,
    columns: number,
    x: Pointer,
    xStride: number,
    tokens: number,
    out: Pointer,
    outStride: number,
    rowStart: number,
    rowEnd: number,
    scratch: Pointer,
  ) => void;
  /** Each of `segments` segments of n values. `out` may be x. */
  readonly rmsNorm: (
    x: Pointer,
    stride: number,
    segments: number,
    weight: Pointer,
    n: number,
    epsilon: number,
    out: Pointer,
    outStride: number,
  ) => void;
  /** `rmsNorm`, then `quantizeActivation` of its result. n is a multiple of 32. */
  readonly rmsNormQuantize: (
    x: Pointer,
    stride: number,
    tokens: number,
    weight: Pointer,
    n: number,
    epsilon: number,
    out: Pointer,
    outStride: number,
    activation: Pointer,
  ) => void;
  /**
   * Turns the first 2·pairs values of each head, in place. Token t's angles are row positions[t] of `cos` and `sin`
   * [positions, pairs]; row t if `positions` is 0. `adjacent`: 1 for pairs x[2i], x[2i+1]; 0 for x[i], x[i + pairs].
   */
  readonly rope: (
    x: Pointer,
    stride: number,
    tokens: number,
    heads: number,
    headLength: number,
    pairs: number,
    adjacent: number,
    cos: Pointer,
    sin: Pointer,
    positions: Pointer,
  ) => void;
  /** Bytes of a page (64 positions) of one layer's keys and values. `bf16`: 1 for bfloat16, 0 for singles, here and below. */
  readonly cachePageBytes: (kvHeads: number, keyLength: number, valueLength: number, bf16: number) => number;
  /**
   * Puts keys and values of tokens into the cache. `positions`: i32 for each token. `tables`: for each token the address
   * (u32) of its sequence's page table. It holds for each page a u32: the address of an extent, a multiple of 64, less
   * `cache`, plus the page's place in it. `extent`: how many pages an extent has, a multiple of 8 and 64 at most.
   */
  readonly storeKeyValue: (
    keys: Pointer,
    keyStride: number,
    values: Pointer,
    valueStride: number,
    tokens: number,
    positions: Pointer,
    tables: Pointer,
    cache: Pointer,
    extent: number,
    kvHeads: number,
    keyLength: number,
    valueLength: number,
    bf16: number,
  ) => void;
  /**
   * Attention of the query heads numbered itemStart … itemEnd − 1, counted token after token. `softCap`, `window`: 0 for
   * none. `sinks`, `slopes`: addresses of a single for each head, or 0. The cache as for `storeKeyValue`.
   * `scratch`: 16·keyLength + 32·valueLength + 26,000 bytes.
   */
  readonly attention: (
    query: Pointer,
    queryStride: number,
    out: Pointer,
    outStride: number,
    heads: number,
    kvHeads: number,
    keyLength: number,
    valueLength: number,
    scale: number,
    softCap: number,
    window: number,
    sinks: Pointer,
    slopes: Pointer,
    positions: Pointer,
    tables: Pointer,
    cache: Pointer,
    extent: number,
    bf16: number,
    itemStart: number,
    itemEnd: number,
    scratch: Pointer,
  ) => void;
  /** Bytes of what `attendSpans` leaves of a head and a span of 512 positions. */
  readonly partialBytes: (valueLength: number) => number;
  /**
   * The first half of one token's attention, to positions `first` … `position`, cut into parts, so that threads share a
   * long text: part span·heads + head is that of a head in one of the spans of 512 positions, of which the first is that of
   * `first`. Leaves parts partStart … partEnd − 1 at `partials`, [heads, spans] of
   * `partialBytes`. `table`: the sequence's page table. All else as `attention`.
   */
  readonly attendSpans: (
    query: Pointer,
    heads: number,
    kvHeads: number,
    keyLength: number,
    valueLength: number,
    scale: number,
    softCap: number,
    slopes: Pointer,
    first: number,
    position: number,
    table: Pointer,
    cache: Pointer,
    extent: number,
    bf16: number,
    partStart: number,
    partEnd: number,
    partials: Pointer,
    scratch: Pointer,
  ) => void;
  /** The second half: adds up the parts, and writes [heads, valueLength]. `scratch`: `partialBytes`. */
  readonly mergeSpans: (
    partials: Pointer,
    heads: number,
    spans: number,
    valueLength: number,
    sinks: Pointer,
    out: Pointer,
    scratch: Pointer,
  ) => void;
  readonly swiglu: Gate;
  readonly geglu: Gate;
  readonly gegluHalf: Gate;
  readonly swigluClamped: Gate;
  readonly geluHalf: (x: Pointer, n: number, out: Pointer) => void;
  readonly reluSquared: (x: Pointer, n: number, out: Pointer) => void;
  readonly clamp: (x: Pointer, limit: number, n: number, out: Pointer) => void;
  /** out = x·sigmoid of the single at `gate` */
  readonly sigmoidGate: (x: Pointer, gate: Pointer, n: number, out: Pointer) => void;
  /** sum += x·factor */
  readonly addScaled: (sum: Pointer, x: Pointer, factor: number, n: number) => void;
  /** Segments of n values, one after the other; segment s takes row s mod weightRows of `weight` and `bias` (or 0). */
  readonly layerNorm: (
    x: Pointer,
    segments: number,
    weight: Pointer,
    weightRows: number,
    bias: Pointer,
    n: number,
    epsilon: number,
    out: Pointer,
  ) => void;
  /** out = a + b. `out` may be an input, here and below. */
  readonly add: (a: Pointer, b: Pointer, n: number, out: Pointer) => void;
  readonly multiply: (a: Pointer, b: Pointer, n: number, out: Pointer) => void;
  /** x[t][i] += bias[i] */
  readonly addBias: (x: Pointer, stride: number, bias: Pointer, tokens: number, n: number) => void;
  readonly scale: (x: Pointer, factor: number, n: number, out: Pointer) => void;
  readonly softCap: (x: Pointer, cap: number, n: number, out: Pointer) => void;
  readonly softmax: (x: Pointer, rows: number, columns: number, out: Pointer) => void;
  /** The place of the largest of n values, the first of equals; −1 if all are NaN. */
  readonly argmax: (x: Pointer, n: number) => number;
  /** Places (i32) and values of the k largest, largest first; answers how many. For k up to some hundreds. */
  readonly topK: (x: Pointer, n: number, k: number, places: Pointer, values: Pointer) => number;
  /** `Search.fitScaleAndMin` of `kernels/formats`. `scratch`: 64·length bytes. */
  readonly fitScaleAndMin: (
    values: Pointer,
    weights: Pointer,
    count: number,
    length: number,
    top: number,
    first: number,
    step: number,
    steps: number,
    absolute: boolean,
    numbers: Pointer,
    scales: Pointer,
    minima: Pointer,
    scratch: Pointer,
  ) => void;
  /** `Search.fitScale` of `kernels/formats`. `scratch`: 64·length bytes. */
  readonly fitScale: (
    values: Pointer,
    weights: Pointer,
    count: number,
    length: number,
    bound: number,
    numbers: Pointer,
    scales: Pointer,
    scratch: Pointer,
  ) => void;
}

/** Makes an instance of a module of `compileKernels` over `memory`, as fast as a function call: one for each thread. */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}
