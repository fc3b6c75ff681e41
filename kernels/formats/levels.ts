/** The levels of the formats whose 4 bits number a level. Source: llama.cpp 0c1e570, ggml-common.h. */

/** `kvalues_iq4nl`: denser about zero. */
export const levelsIQ4 = Int8Array.of(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);

/** Twice the values of E2M1 (sign, two bits of exponent, one of fraction; OCP Microscaling Formats 1.0, §5.3.3). */
export const levelsE2M1 = Int8Array.of(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);

/**
 * The level that the value is nearest to when levels are multiplied by `scale`, the first of equals.
 * Source: `best_index_mxfp4`, llama.cpp 0c1e570, ggml-quants.c.
 */
export function nearestE2M1(value: number, scale: number): number {
  let best = 0;
  let bestError = Infinity;
  for (let level = 0; level < 16; level++) {
    const error = Math.abs(Math.fround(Math.fround(levelsE2M1[level] * scale) - value));
    if (error < bestError) {
      best = level;
      bestError = error;
    }
  }
  return best;
}

/** The level of each half unit from −128 on. */
const byHalf = new Uint8Array(512);
for (let half = 0; half < 512; half++) {
  const value = (half - 256) / 2;
  while (byHalf[half] < 15 && 2 * value >= levelsIQ4[byHalf[half]] + levelsIQ4[byHalf[half] + 1]) byHalf[half]++;
}

/**
 * The level nearest to the value, the upper one of two as near: the middles between levels are whole halves.
 * Source: `best_index_int8`, llama.cpp 0c1e570, ggml-quants.c.
 */
export function nearestIQ4(value: number): number {
  if (!(value > -127)) return 0;
  return value >= 113 ? 15 : byHalf[(2 * value + 256) | 0];
}
