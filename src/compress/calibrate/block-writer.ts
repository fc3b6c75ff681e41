import {
  type Search,
  halfToSingle,
  scalarSearch,
  singleToHalf,
  weightedSearch,
} from "../../../kernels/formats/index.ts";

/** Formats of 32 numbers with one scale, and maybe a minimum, whose numbers can be chosen one by one. */
interface Shape {
  /** Numbers go from 0 to this. */
  readonly top: number;
  readonly hasMin: boolean;
  readonly blockBytes: number;
}

const shapes: Readonly<Record<string, Shape>> = {
  Q4_0: { top: 15, hasMin: false, blockBytes: 18 },
  Q4_1: { top: 15, hasMin: true, blockBytes: 20 },
  Q5_0: { top: 31, hasMin: false, blockBytes: 22 },
  Q5_1: { top: 31, hasMin: true, blockBytes: 24 },
};

/** Whether numbers of the format can be chosen one by one. */
export function isCalibrated(format: string): boolean {
  return format in shapes;
}

/** Value n of the block is scale · n + low, for whole n from 0 to top. */
export interface Grid {
  readonly scale: number;
  readonly low: number;
  readonly top: number;
}

/** Finds grids for groups of 32 values, and writes blocks. */
export class BlockWriter {
  readonly blockBytes: number;
  private readonly shape: Shape;
  private readonly search: Search;
  private readonly numbers = new Uint8Array(32);
  private readonly scales = new Float32Array(1);
  private readonly minima = new Float32Array(1);

  constructor(format: string, search: Search = scalarSearch) {
    this.shape = shapes[format];
    this.blockBytes = this.shape.blockBytes;
    this.search = search;
  }

  /** The grid of least error for 32 values, each error counted `weights` times, as the block can hold it. */
  fit(values: Float32Array, weights: Float32Array): Grid {
    const { top, hasMin } = this.shape;
    const { scales, minima } = this;
    const groups = { values, start: 0, weights, count: 1, length: 32, numbers: this.numbers, from: 0 };
    if (hasMin) this.search.fitScaleAndMin(groups, weightedSearch(top), scales, minima);
    else this.search.fitScale(groups, (top + 1) / 2, scales);
    const scale = halfToSingle(singleToHalf(scales[0]));
    const low = hasMin ? halfToSingle(singleToHalf(-minima[0])) : (-scale * (top + 1)) / 2;
    return { scale, low, top };
  }

  /** Writes 32 numbers of a grid. */
  write({ scale, low }: Grid, numbers: Uint8Array, out: Uint8Array, at: number): void {
    const { top, hasMin } = this.shape;
    let to = at;
    for (const value of hasMin ? [scale, low] : [scale]) {
      const bits = singleToHalf(value);
      out[to++] = bits & 255;
      out[to++] = bits >> 8;
    }
    if (top === 31) {
      out.fill(0, to, to + 4);
      for (let k = 0; k < 32; k++) out[to + (k >> 3)] |= (numbers[k] >> 4) << (k & 7);
      to += 4;
    }
    for (let k = 0; k < 16; k++) out[to + k] = (numbers[k] & 15) | ((numbers[16 + k] & 15) << 4);
  }
}
