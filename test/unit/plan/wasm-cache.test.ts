import { expect, it } from "vitest";
import { Arena, BlockPool } from "../../../src/plan/arena.ts";
import { WasmCache } from "../../../src/plan/wasm-cache.ts";

const extent = 8;
const pageBytes = [3 * 1024, 64 * 1024];

/** What the table of a memory says of pages: the address of each one's extent, and its place there. */
function lookUp(cache: WasmCache, pools: readonly BlockPool[], k: number, pages: readonly number[]) {
  const [table] = cache.writeTables(k, [Int32Array.from(pages)]);
  return pages.map((_, i) => {
    const entry = pools[k].i32[table / 4 + i] >>> 0;
    return { address: entry - (entry % 64), place: entry % 64 };
  });
}

it("pages lie in extents, of which none lies in another, in each memory", () => {
  const pools = pageBytes.map(() => new BlockPool(new Arena(false)));
  const cache = new WasmCache(pools, pageBytes, extent);
  cache.reserve(1);
  expect(cache.bytes).toBe(67 * 1024);
  const before = pageBytes.map((_, k) => lookUp(cache, pools, k, [0])[0]);
  cache.reserve(20);
  expect(cache.bytes).toBe(20 * 67 * 1024);
  pageBytes.forEach((bytes, k) => {
    const found = lookUp(cache, pools, k, [0, 7, 8, 15, 16, 19]);
    expect(found[0]).toEqual(before[k]); // what it holds stays
    expect(found.map(({ place }) => place)).toEqual([0, 7, 0, 7, 0, 3]);
    expect([0, 2, 4].map((i) => found[i].address)).toEqual([1, 3, 5].map((i) => found[i].address));
    const starts = [...new Set(found.map(({ address }) => address))].sort((a, b) => a - b);
    expect(starts).toHaveLength(3);
    for (let i = 1; i < starts.length; i++) expect(starts[i] - starts[i - 1]).toBeGreaterThanOrEqual(extent * bytes);
  });
});

it("extents that are given back are handed out again", () => {
  const arena = new Arena(false);
  const pools = [new BlockPool(arena)];
  const first = new WasmCache(pools, [1024], extent);
  first.reserve(3 * extent);
  lookUp(first, pools, 0, [0]);
  first.release();
  expect(first.bytes).toBe(0);
  const { used } = arena;
  const second = new WasmCache(pools, [1024], extent);
  second.reserve(3 * extent);
  lookUp(second, pools, 0, [0]);
  expect(arena.used).toBe(used);
});

it("two sequences have tables of their own, of which one may share pages with the other", () => {
  const pools = [new BlockPool(new Arena(false))];
  const cache = new WasmCache(pools, [1024], extent);
  cache.reserve(10);
  const [a, b] = cache.writeTables(0, [Int32Array.of(0, 9), Int32Array.of(0, 3)]);
  const { i32 } = pools[0];
  expect(i32[a / 4]).toBe(i32[b / 4]);
  expect(i32[b / 4 + 1]).toBe(i32[b / 4] + 3);
  expect(i32[a / 4 + 1] % 64).toBe(1);
});
