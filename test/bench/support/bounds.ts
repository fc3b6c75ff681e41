import type { Bound } from "./row.ts";

/**
 * What each comparison must show. They come from the plan of the fast kernels; a format that is not named there has no
 * bound, except prefill on one thread, where all but Q4_1 share one.
 */
const least = (limit: number): Bound => ({ relation: "≥", limit });
const most = (limit: number): Bound => ({ relation: "≤", limit });

export const kFormats: readonly string[] = ["Q4_K_M", "Q5_K_M", "Q6_K"];

type ByFormat = Readonly<Partial<Record<string, number>>>;

const kDecode = (limit: number): ByFormat => Object.fromEntries(kFormats.map((format) => [format, limit]));

/** Decode against llama-bench, by threads. */
const nativeDecode: Readonly<Partial<Record<number, ByFormat>>> = {
  1: { Q4_1: 1, Q5_1: 0.9, Q8_0: 0.9, Q4_0: 0.5, F16: 0.35, ...kDecode(0.6) },
  2: { Q4_0: 1, Q4_1: 1, Q5_1: 1, Q8_0: 1, F16: 0.5, ...kDecode(0.8) },
};

const nativePrefill: Readonly<Partial<Record<number, ByFormat>>> = {
  2: { Q4_1: 1, Q4_0: 0.5, Q8_0: 0.5, ...kDecode(0.5) },
};

export function nativeBound(measure: "decode" | "prefill", format: string, threads: number): Bound | undefined {
  if (measure === "prefill" && threads === 1) return least(format === "Q4_1" ? 1 : 0.4);
  const limit = (measure === "decode" ? nativeDecode : nativePrefill)[threads]?.[format];
  return limit === undefined ? undefined : least(limit);
}

export const bounds = {
  nodeLlamaCppDecode: least(1.3),
  wllama: least(5),
  twoThreads: least(1.5),
  depthOfEmpty: least(0.35),
  depthNative: least(0.8),
  firstToken: most(0.8),
  memory: most(1),
  plainSimd: least(0.6),
} as const;

/** The memory that a run may take above an empty process: 1.05 × its weights, its cache, and 60 MiB. */
export function memoryAllowance(weightBytes: number, cacheBytes: number): number {
  return 1.05 * weightBytes + cacheBytes + 60 * 2 ** 20;
}
