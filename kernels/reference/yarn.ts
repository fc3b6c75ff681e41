import { log } from "./log.ts";

/** YaRN: fast pairs keep their frequency, slow ones are interpolated. Peng et al. 2023 (arXiv 2309.00071). */
export interface YarnScaling {
  readonly type: "yarn";
  /** By how much the context is stretched (`rope.scaling.factor`). */
  readonly factor: number;
  /** Context length of the training (`rope.scaling.original_context_length`). */
  readonly originalContextLength: number;
  /** Pairs that turn at least so often within the training's context keep their frequency; 32 if left out. */
  readonly betaFast?: number;
  /** Pairs that turn at most so often are interpolated whole; 1 if left out. */
  readonly betaSlow?: number;
  /** How much of the kept frequencies is mixed in (`rope.scaling.yarn_ext_factor`): 1 if left out; 0 is linear scaling. */
  readonly extrapolationFactor?: number;
  /** Factor on cosines and sines in place of 1 + 0.1·ln factor. */
  readonly magnitude?: number;
}

/**
 * Each pair's frequency between its own and the interpolated one, by a ramp over the pairs (section 3.2, "NTK-by-parts",
 * with the ramp linear in the pair's number: llama.cpp 0c1e570, ggml/src/ggml-cpu/ops.cpp, `rope_yarn`).
 */
export function yarnFrequencies(frequencies: Float64Array, base: number, scaling: YarnScaling): Float64Array {
  const { factor, originalContextLength, betaFast = 32, betaSlow = 1, extrapolationFactor = 1 } = scaling;
  const pairs = frequencies.length;
  // The pair, as a real number, that turns `turns` times within the original context.
  const pairOf = (turns: number) => (pairs * log(originalContextLength / (turns * 2 * Math.PI))) / log(base);
  const low = Math.max(0, Math.floor(pairOf(betaFast)));
  const high = Math.min(2 * pairs - 1, Math.ceil(pairOf(betaSlow)));
  return frequencies.map((frequency, i) => {
    const ramp = Math.min(1, Math.max(0, (i - low) / Math.max(0.001, high - low)));
    const kept = (1 - ramp) * extrapolationFactor;
    return (frequency / factor) * (1 - kept) + frequency * kept;
  });
}

/** Factor on cosines and sines, and so on the attention's logits (section 3.4, equation 22). */
export function yarnMagnitude(scaling: YarnScaling): number {
  if (scaling.magnitude !== undefined) return scaling.magnitude;
  if (scaling.extrapolationFactor === 0 || scaling.factor <= 1) return 1;
  return 1 + 0.1 * log(scaling.factor);
}
