import { pageLength } from "../tensor/index.ts";
import type { PagePool } from "./page-pool.ts";

/** One text in the cache: how many of its positions are computed, and the pages in which they lie. */
export class Sequence {
  private readonly pool: PagePool;
  private readonly pages: number[] = [];
  private count = 0;

  constructor(pool: PagePool) {
    this.pool = pool;
  }

  /** Positions whose keys and values are in the cache. */
  get length(): number {
    return this.count;
  }

  /** Page c holds positions 64c … 64c + 63. */
  get pageTable(): Int32Array {
    return Int32Array.from(this.pages);
  }

  /** Takes the pages that `tokens` more positions need. They count only once `commit` is called. */
  reserve(tokens: number): void {
    while (this.pages.length * pageLength < this.count + tokens) this.pages.push(this.pool.take());
  }

  /** The reserved positions have been computed. */
  commit(tokens: number): void {
    this.count += tokens;
  }

  /** Forgets the positions from `length` on, and gives back the pages that hold none. */
  truncate(length: number): void {
    this.count = Math.min(this.count, length);
    this.pool.release(this.pages.splice(Math.ceil(this.count / pageLength)));
  }
}
