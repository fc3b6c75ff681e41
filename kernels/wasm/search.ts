import type { Groups, Search } from "../formats/index.ts";
import { instantiateKernels } from "./kernels.ts";
import { createMemory, memoryStart } from "./memory.ts";

/** Values that are handed over at once. */
const most = 8192;

/** Where things lie: values, weights, numbers, scales, minima, scratch. */
const weightsAt = memoryStart + 4 * most;
const numbersAt = weightsAt + 4 * most;
const scalesAt = numbersAt + most;
const minimaAt = scalesAt + most;
const scratchAt = minimaAt + most;
const end = scratchAt + 64 * 256;

/**
 * A search that computes four groups at a time, as `scalarSearch` does one after the other: the same bytes.
 * @param module of `compileKernels({ shared: false })`
 */
export function createSearch(module: WebAssembly.Module): Search {
  const memory = createMemory({ bytes: end, maximumBytes: end, shared: false });
  const kernels = instantiateKernels(module, memory);
  const { buffer } = memory;
  const values = new Float32Array(buffer, memoryStart, most);
  const weights = new Float32Array(buffer, weightsAt, most);
  const numbers = new Uint8Array(buffer, numbersAt, most);
  const scales = new Float32Array(buffer, scalesAt, most / 4);
  const minima = new Float32Array(buffer, minimaAt, most / 4);

  /** Calls `run` for as many groups at a time as there is room for. */
  function inPieces(groups: Groups, run: (count: number, first: number) => void): void {
    const { count, length, start, from } = groups;
    const atOnce = Math.min(Math.floor(most / length), most / 4);
    for (let first = 0; first < count; first += atOnce) {
      const taken = Math.min(atOnce, count - first);
      const at = first * length;
      const size = taken * length;
      values.set(groups.values.subarray(start + at, start + at + size));
      weights.set(groups.weights.subarray(at, at + size));
      run(taken, first);
      groups.numbers.set(numbers.subarray(0, size), from + at);
    }
  }

  return {
    fitScaleAndMin(groups, { top, first, step, steps, absolute }, outScales, outMinima) {
      const { length } = groups;
      inPieces(groups, (count, group) => {
        // prettier-ignore
        kernels.fitScaleAndMin(memoryStart, weightsAt, count, length, top, first, step, steps, absolute, numbersAt, scalesAt, minimaAt, scratchAt);
        outScales.set(scales.subarray(0, count), group);
        outMinima.set(minima.subarray(0, count), group);
      });
    },
    fitScale(groups, bound, outScales) {
      inPieces(groups, (count, group) => {
        kernels.fitScale(memoryStart, weightsAt, count, groups.length, bound, numbersAt, scalesAt, scratchAt);
        outScales.set(scales.subarray(0, count), group);
      });
    },
  };
}
