import type { CacheShape, CacheStorage } from "./backend.ts";
import { pageLength } from "./batch.ts";

/** The key-value cache of the reference: for each layer a row of numbers per position. */
export class ReferenceCache implements CacheStorage {
  /** One array a layer. [pages * 64, kvHeads * keyLength] */
  readonly keys: Float32Array[];
  /** One array a layer. [pages * 64, kvHeads * valueLength] */
  readonly values: Float32Array[];
  private readonly shape: CacheShape;
  private pages = 0;

  constructor(shape: CacheShape) {
    this.shape = shape;
    this.keys = Array.from({ length: shape.layers }, () => new Float32Array(0));
    this.values = Array.from({ length: shape.layers }, () => new Float32Array(0));
  }

  get bytes(): number {
    const { layers, kvHeads, keyLength, valueLength } = this.shape;
    return 4 * this.pages * pageLength * layers * kvHeads * (keyLength + valueLength);
  }

  reserve(pages: number): void {
    if (pages <= this.pages) return;
    // Doubling, so that a long text is copied a bounded number of times.
    this.pages = Math.max(pages, 2 * this.pages);
    const { kvHeads, keyLength, valueLength } = this.shape;
    for (let layer = 0; layer < this.shape.layers; layer++) {
      this.keys[layer] = grown(this.keys[layer], this.pages * pageLength * kvHeads * keyLength);
      this.values[layer] = grown(this.values[layer], this.pages * pageLength * kvHeads * valueLength);
    }
  }

  release(): void {
    this.pages = 0;
    this.keys.fill(new Float32Array(0));
    this.values.fill(new Float32Array(0));
  }
}

function grown(old: Float32Array, length: number): Float32Array {
  const larger = new Float32Array(length);
  larger.set(old);
  return larger;
}
