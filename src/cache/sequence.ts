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

  /**
   * Another text that begins with this one's full pages and shares them; the positions after these are to be computed
   * again. Neither may be truncated within what they share.
   */
  fork(): Sequence {
    const other = new Sequence(this.pool);
    const full = this.pages.slice(0, Math.floor(this.count / pageLength));
    this.pool.share(full);
    other.pages.push(...full);
    other.count = full.length * pageLength;
    return other;
  }

  /** Forgets the positions from `length` on, and gives back the pages that hold none. */
  truncate(length: number): void {
    this.count = Math.min(this.count, length);
    this.pool.release(this.pages.splice(Math.ceil(this.count / pageLength)));
  }
}
