import * as kernels from "../../kernels/reference/index.ts";
import type { Precision } from "./backend.ts";
import { type Batch, cacheRow } from "./batch.ts";
import type { AttentionOptions, Operations, Projection, Rotary, Value, Weight } from "./operations.ts";
import type { ReferenceCache } from "./reference-cache.ts";
import { type ReferenceValue, vector, zeros } from "./reference-value.ts";
import { windowLength } from "./window.ts";
import { ReferenceVariants } from "./reference-variants.ts";
import type { ReferenceWeight } from "./reference-weight.ts";
import { type Taps, tapsOf } from "./taps.ts";

/** The operations computed at once, by the scalar kernels that define them, on one batch. */
export class ReferenceOperations extends ReferenceVariants implements Operations {
  private readonly cache: ReferenceCache;
  private readonly taps: Taps | undefined;
  private readonly ropeTables = new Map<Rotary["angles"], kernels.RopeTable>();

  constructor(batch: Batch, cache: ReferenceCache, precision: Precision, taps?: Taps) {
    super(batch, precision);
    this.cache = cache;
    this.taps = taps;
  }

  embed(table: Weight): Value {
    const { format, bytes, columns } = table as ReferenceWeight;
    const out = zeros(this.batch.tokens.length, columns);
    kernels.embed(format, bytes, columns, this.batch.tokens, out.data);
    return out;
  }

  outputs(x: Value): Value {
    const { columns, data } = x as ReferenceValue;
    const out = zeros(this.batch.outputs.length, columns);
    this.batch.outputs.forEach((row, i) => {
      out.data.set(data.subarray(row * columns, (row + 1) * columns), i * columns);
    });
    return out;
  }

  linear({ weight, scale, bias, outputScale }: Projection, x: Value): Value {
    const { rows, data } = x as ReferenceValue;
    const out = zeros(rows, weight.rows);
    kernels.matmul(this.precision, weight as ReferenceWeight, data, rows, out.data);
    if (scale !== undefined) kernels.scale(out.data, vector(scale)[0], out.data);
    if (bias !== undefined) kernels.addBias(out.data, vector(bias), rows, out.data);
    if (outputScale !== undefined) kernels.scale(out.data, vector(outputScale)[0], out.data);
    return out;
  }

  rmsNorm(x: Value, weight: Weight, epsilon: number): Value {
    const { rows, columns, data } = x as ReferenceValue;
    const out = zeros(rows, columns);
    kernels.rmsNorm(data, vector(weight), epsilon, out.data);
    return out;
  }

  rope(x: Value, rotary: Rotary): Value {
    const { rows, columns, data } = x as ReferenceValue;
    const { headLength, rotaryLength, pairing, angles } = rotary;
    let table = this.ropeTables.get(angles);
    if (table === undefined) {
      table = kernels.ropeTable({ ...angles, positions: this.batch.positions });
      this.ropeTables.set(angles, table);
    }
    const out = zeros(rows, columns);
    kernels.rope(data, rows, columns / headLength, headLength, rotaryLength, pairing, table, out.data);
    return out;
  }

  attention(query: Value, key: Value, val: Value, options: AttentionOptions): Value {
    const { batch, cache } = this;
    const { layer, heads, kvHeads, keyLength, valueLength } = options;
    const [keys, values] = [cache.keys[layer], cache.values[layer]];
    const put = options.cache === "bf16" ? putRounded : putRow;
    for (let t = 0; t < batch.tokens.length; t++) {
      put(keys, cacheRow(batch, t), key as ReferenceValue, t);
      put(values, cacheRow(batch, t), val as ReferenceValue, t);
    }
    const out = zeros(batch.tokens.length, heads * valueLength);
    const { scale, softCap, slopes } = options;
    const sinks = options.sinks === undefined ? undefined : vector(options.sinks);
    const shared = { heads, kvHeads, keyLength, valueLength, scale, softCap, slopes, sinks };
    const taps = tapsOf(this.taps, `layer.${layer}.attention.weights`);
    for (let t = 0; t < batch.tokens.length; t++) {
      const positions = batch.positions[t] + 1;
      const weights = taps.length > 0 ? new Float32Array(heads * positions) : undefined;
      kernels.attention({
        ...shared,
        query: (query as ReferenceValue).data.subarray(t * heads * keyLength, (t + 1) * heads * keyLength),
        position: batch.positions[t],
        window: windowLength(options.window, batch.positions[t]),
        pageTable: batch.pageTables[batch.sequences[t]],
        keys,
        values,
        out: out.data.subarray(t * heads * valueLength, (t + 1) * heads * valueLength),
        weights,
      });
      // The rows differ in length, so each token's weights come by themselves.
      for (const show of taps) show({ shape: [heads, positions], data: weights! }, `layer.${layer}.attention.weights`);
    }
    return out;
  }

  swiglu(gate: Value, up: Value): Value {
    const { rows, columns, data } = gate as ReferenceValue;
    const out = zeros(rows, columns);
    kernels.swiglu(data, (up as ReferenceValue).data, out.data);
    return out;
  }

  add(a: Value, b: Value): Value {
    const { rows, columns, data } = a as ReferenceValue;
    const out = zeros(rows, columns);
    kernels.add(data, (b as ReferenceValue).data, out.data);
    return out;
  }

  named(name: string, x: Value): Value {
    for (const show of tapsOf(this.taps, name)) {
      const { rows, columns, data } = x as ReferenceValue;
      show({ shape: [rows, columns], data: data.slice() }, name);
    }
    return x;
  }
}

function putRow(cache: Float32Array, row: number, { columns, data }: ReferenceValue, t: number): void {
  cache.set(data.subarray(t * columns, (t + 1) * columns), row * columns);
}

/** `putRow` of the nearest bfloat16. */
function putRounded(cache: Float32Array, row: number, { columns, data }: ReferenceValue, t: number): void {
  kernels.roundToBfloat16(
    data.subarray(t * columns, (t + 1) * columns),
    cache.subarray(row * columns, (row + 1) * columns),
  );
}
