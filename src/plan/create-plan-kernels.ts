import * as reference from "../../kernels/reference/index.ts";
import { type IntegerFormatName, instantiateKernels, kernelFormats } from "../../kernels/wasm/index.ts";
import { pageLength } from "../tensor/index.ts";
import type { PlanKernels } from "./plan-kernels.ts";

/** The kernels over one memory, for one thread. */
export function createPlanKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): PlanKernels {
  const kernels = instantiateKernels(module, memory);
  let f32 = new Float32Array(memory.buffer);
  let i32 = new Int32Array(memory.buffer);
  let u8 = new Uint8Array(memory.buffer);
  const refresh = () => {
    if (u8.buffer === memory.buffer) return;
    f32 = new Float32Array(memory.buffer);
    i32 = new Int32Array(memory.buffer);
    u8 = new Uint8Array(memory.buffer);
  };
  const view = (address: number, length: number) => {
    refresh();
    return f32.subarray(address / 4, address / 4 + length);
  };
  return {
    get i32() {
      refresh();
      return i32;
    },
    get u8() {
      refresh();
      return u8;
    },
    unpackRow(kernel, weight, columns, row, out, scratch) {
      const format = kernelFormats[kernel]!;
      kernels.unpackBand(format, weight + kernels.packedBytes(format, row & ~3, columns), columns, scratch);
      view(out, columns).set(view(scratch + 4 * columns * (row & 3), columns));
    },
    quantize: (x, columns, out) => kernels.quantizeActivation(x, columns, 1, columns, out),
    rmsNorm: (x, weight, segments, length, epsilon, out) =>
      reference.rmsNorm(view(x, segments * length), view(weight, length), epsilon, view(out, segments * length)),
    product: (kernel, _integers, weight, columns, x, tokens, out, outStride, start, end, scratch) =>
      kernels[`matmul${kernel as IntegerFormatName}`](weight, columns, x, tokens, out, outStride, start, end, scratch),
    swiglu: (gate, up, out, n) => reference.swiglu(view(gate, n), view(up, n), view(out, n)),
    add: (a, b, out, n) => reference.add(view(a, n), view(b, n), view(out, n)),
    scale: (x, factor, out, n) => reference.scale(view(x, n), factor, view(out, n)),
    rope(x, heads, headLength, rotaryLength, pairing, cos, sin, out) {
      const table = { cos: view(cos, rotaryLength / 2), sin: view(sin, rotaryLength / 2) };
      const n = heads * headLength;
      reference.rope(view(x, n), 1, heads, headLength, rotaryLength, pairing, table, view(out, n));
    },
    store(key, value, page, position, start, end, kvHeads, keyLength, valueLength) {
      const row = position % pageLength;
      const keys = page + 4 * row * kvHeads * keyLength;
      const values = page + 4 * (pageLength * kvHeads * keyLength + row * kvHeads * valueLength);
      const put = (from: number, to: number, length: number) =>
        view(to + 4 * start * length, (end - start) * length).set(
          view(from + 4 * start * length, (end - start) * length),
        );
      put(key, keys, keyLength);
      put(value, values, valueLength);
    },
    attend(query, pageTable, pageOffset, position, start, end, options, out) {
      const { heads, kvHeads, keyLength, valueLength, scale } = options;
      const pages = Math.floor(position / pageLength) + 1;
      const keys = new Float32Array(pages * pageLength * kvHeads * keyLength);
      const values = new Float32Array(pages * pageLength * kvHeads * valueLength);
      refresh();
      for (let c = 0; c < pages; c++) {
        const page = (i32[pageTable / 4 + c]! >>> 0) + pageOffset;
        const keyNumbers = pageLength * kvHeads * keyLength;
        const valueNumbers = pageLength * kvHeads * valueLength;
        keys.set(view(page, keyNumbers), c * keyNumbers);
        values.set(view(page + 4 * keyNumbers, valueNumbers), c * valueNumbers);
      }
      const all = new Float32Array(heads * valueLength);
      const shape = { heads, kvHeads, keyLength, valueLength, scale };
      const table = Int32Array.from({ length: pages }, (_, c) => c);
      const q = new Float32Array(heads * keyLength);
      q.set(view(query, heads * keyLength));
      reference.attention({ ...shape, query: q, position, pageTable: table, keys, values, out: all });
      view(out + 4 * start * valueLength, (end - start) * valueLength).set(
        all.subarray(start * valueLength, end * valueLength),
      );
    },
  };
}
