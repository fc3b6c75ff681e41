import { largestByMagnitude } from "./extremes.ts";
import { levelsIQ4, nearestIQ4 } from "./levels.ts";
import { negligible } from "./nearest-integer.ts";

const { abs, fround } = Math;

/**
 * The scale of least squared error for 32 values as levels, weighted, among the best ones for 16 roundings: those that
 * put the value of the largest magnitude at −127 ± 7 or at 127.
 * Source: `quantize_row_iq4_nl_impl`, llama.cpp 0c1e570, ggml-quants.c.
 */
export function fitLevels(values: Float32Array, start: number, weights: Float32Array, at: number): number {
  const extreme = largestByMagnitude(values, start, start + 32);
  if (abs(extreme) < negligible) return 0;
  let scale = 0;
  let best = 0;
  for (let step = -8; step <= 7; step++) {
    const isFirst = step === -8;
    const inverse = isFirst
      ? fround(1 / fround(-extreme / levelsIQ4[0]))
      : fround(fround(step + levelsIQ4[0]) / extreme);
    let dot = 0;
    let norm = 0;
    for (let k = 0; k < 32; k++) {
      const level = levelsIQ4[nearestIQ4(fround(inverse * values[start + k]))];
      const weighted = fround(weights[at + k] * level);
      dot = fround(dot + fround(weighted * values[start + k]));
      norm = fround(norm + fround(weighted * level));
    }
    if (isFirst ? norm > 0 : norm > 0 && fround(dot * dot) > fround(best * norm)) {
      scale = fround(dot / norm);
      best = fround(scale * dot);
    }
  }
  return scale;
}
