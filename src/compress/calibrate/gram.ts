import {
  type TrainingKernels,
  compileTrainingKernels,
  createMemory,
  instantiateTrainingKernels,
  memoryStart,
} from "../../../kernels/wasm/index.ts";

/** Σ x·xᵀ over the rows x that are added, for rows of n values. */
export class Gram {
  private readonly n: number;
  private readonly padded: number;
  private readonly kernels: TrainingKernels;
  private readonly memory: WebAssembly.Memory;
  private readonly sumAt: number;

  private constructor(n: number, kernels: TrainingKernels, memory: WebAssembly.Memory) {
    this.n = n;
    this.padded = paddedTo(n);
    this.kernels = kernels;
    this.memory = memory;
    this.sumAt = memoryStart + 3 * most * this.padded * 4;
  }

  static async create(n: number): Promise<Gram> {
    const padded = paddedTo(n);
    const bytes = memoryStart + 4 * (3 * most * padded + padded * padded);
    const memory = createMemory({ bytes, maximumBytes: bytes, shared: true });
    return new Gram(n, instantiateTrainingKernels(await compileTrainingKernels(), memory), memory);
  }

  /** Adds rows. [count, n] */
  add(data: Float32Array): void {
    const { n, padded, kernels, memory, sumAt } = this;
    const rows = new Float32Array(memory.buffer, memoryStart, most * padded);
    const stripsAt = memoryStart + 4 * most * padded;
    const panelsAt = stripsAt + 4 * most * padded;
    const count = data.length / n;
    for (let first = 0; first < count; first += most) {
      const taken = Math.min(most, count - first);
      rows.fill(0);
      for (let i = 0; i < taken; i++) rows.set(data.subarray((first + i) * n, (first + i + 1) * n), i * padded);
      kernels.packStrips(memoryStart, padded, most, padded, stripsAt, 0);
      kernels.packPanels(memoryStart, padded, most, padded, panelsAt);
      kernels.productPacked(stripsAt, panelsAt, sumAt, padded, padded, padded, most, 1);
    }
  }

  /** The sum so far. [n, n] */
  sum(): Float64Array {
    const { n, padded } = this;
    const all = new Float32Array(this.memory.buffer, this.sumAt, padded * padded);
    const out = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] = all[i * padded + j];
    return out;
  }
}

/** Rows that are multiplied at once. */
const most = 256;

/** The kernels take multiples of 8; 16 suits both layouts. */
function paddedTo(n: number): number {
  return Math.ceil(n / 16) * 16;
}
