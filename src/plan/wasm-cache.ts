import { type CacheStorage, pageLength } from "../tensor/index.ts";
import type { BlockPool } from "./arena.ts";
import { pageUnit } from "./walk-attention.ts";

/**
 * The key-value cache of one context in WebAssembly memory. A page holds 64 positions of every layer, in as many parts
 * as there are memories; pages lie anywhere, and a table says where.
 */
export class WasmCache implements CacheStorage {
  private readonly blocks: readonly BlockPool[];
  private readonly pageBytes: readonly number[];
  /** For each memory, the addresses of the pages' parts. */
  private readonly addresses: number[][];
  /** For each memory, where the table of the last run lies. */
  private readonly tables: { address: number; length: number }[];

  constructor(blocks: readonly BlockPool[], pageBytes: readonly number[]) {
    this.blocks = blocks;
    this.pageBytes = pageBytes;
    this.addresses = blocks.map(() => []);
    this.tables = blocks.map(() => ({ address: 0, length: 0 }));
  }

  get bytes(): number {
    return this.pageBytes.reduce((sum, bytes, k) => sum + bytes * this.addresses[k].length, 0);
  }

  reserve(pages: number): void {
    this.blocks.forEach((blocks, k) => {
      const addresses = this.addresses[k];
      while (addresses.length < pages) addresses.push(blocks.allocate(this.pageBytes[k]));
    });
  }

  release(): void {
    this.blocks.forEach((blocks, k) => {
      for (const address of this.addresses[k].splice(0)) blocks.release(address, this.pageBytes[k]);
      const table = this.tables[k];
      if (table.length > 0) blocks.release(table.address, 4 * table.length);
      this.tables[k] = { address: 0, length: 0 };
    });
  }

  /** Writes the sequences' page tables into memory `k`, as addresses in units of 64 bytes. Returns each table's address. */
  writeTables(k: number, pageTables: readonly Int32Array[]): number[] {
    const blocks = this.blocks[k];
    const addresses = this.addresses[k];
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
        i32[at / 4] = addresses[page] / pageUnit;
        at += 4;
      }
      return start;
    });
  }
}
