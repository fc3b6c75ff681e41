import { type CacheStorage, pageLength } from "../tensor/index.ts";
import type { BlockPool } from "./arena.ts";

/**
 * The key-value cache of one context in WebAssembly memory. A page holds 64 positions of every layer, in as many parts
 * as there are memories. Pages are taken by extents (`kernels/wasm/assembly/cache.ts`), which lie anywhere; a table says
 * where.
 */
export class WasmCache implements CacheStorage {
  private readonly blocks: readonly BlockPool[];
  /** For each memory, those of its part of a page. */
  private readonly pageBytes: readonly number[];
  /** Pages of an extent. */
  private readonly extent: number;
  /** For each memory, the addresses of the extents' parts. */
  private readonly extents: number[][];
  /** For each memory, where the table of the last run lies. */
  private readonly tables: { address: number; length: number }[];
  private pages = 0;

  constructor(blocks: readonly BlockPool[], pageBytes: readonly number[], extent: number) {
    this.blocks = blocks;
    this.pageBytes = pageBytes;
    this.extent = extent;
    this.extents = blocks.map(() => []);
    this.tables = blocks.map(() => ({ address: 0, length: 0 }));
  }

  /** Of the pages that were asked for: the rest of their last extent is never touched. */
  get bytes(): number {
    return this.pageBytes.reduce((sum, bytes) => sum + bytes * this.pages, 0);
  }

  reserve(pages: number): void {
    this.blocks.forEach((blocks, k) => {
      const extents = this.extents[k];
      while (extents.length * this.extent < pages) extents.push(blocks.allocate(this.extent * this.pageBytes[k]));
    });
    this.pages = Math.max(this.pages, pages);
  }

  release(): void {
    this.pages = 0;
    this.blocks.forEach((blocks, k) => {
      for (const address of this.extents[k].splice(0)) blocks.release(address, this.extent * this.pageBytes[k]);
      const table = this.tables[k];
      if (table.length > 0) blocks.release(table.address, 4 * table.length);
      this.tables[k] = { address: 0, length: 0 };
    });
  }

  /** Writes the sequences' page tables into memory `k`. Returns each table's address. */
  writeTables(k: number, pageTables: readonly Int32Array[]): number[] {
    const blocks = this.blocks[k];
    const extents = this.extents[k];
    const length = pageTables.reduce((sum, table) => sum + table.length, 0);
    let table = this.tables[k];
    if (table.length < length) {
      if (table.length > 0) blocks.release(table.address, 4 * table.length);
      const doubled = Math.max(length, 2 * table.length, pageLength);
      table = this.tables[k] = { address: blocks.allocate(4 * doubled), length: doubled };
    }
    const { i32 } = blocks;
    let at = table.address;
    return pageTables.map((pages) => {
      const start = at;
      for (const page of pages) {
        const place = page % this.extent;
        i32[at / 4] = extents[(page - place) / this.extent] + place;
        at += 4;
      }
      return start;
    });
  }
}
