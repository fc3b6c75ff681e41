import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

/** The checkout. */
export const root = resolve(import.meta.dirname, "../../..");

/** Where peers are built and models made: `PELLUCID_BENCH_CACHE`, or `.cache/bench`, which git ignores. */
export const cacheFolder = resolve(process.env.PELLUCID_BENCH_CACHE ?? join(root, ".cache/bench"));

/** A path in the cache, its folder made. */
export function cached(...parts: string[]): string {
  const path = join(cacheFolder, ...parts);
  mkdirSync(join(path, ".."), { recursive: true });
  return path;
}
