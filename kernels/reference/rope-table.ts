import { cos } from "./cos.ts";
import { pow } from "./pow.ts";
import { sin } from "./sin.ts";
import { type YarnScaling, yarnFrequencies, yarnMagnitude } from "./yarn.ts";

/** What angles a rotary position embedding turns by. */
export interface RopeOptions {
  /** Each token's position in its sequence, at most 1,000,000. [tokens] */
  readonly positions: Int32Array | readonly number[];
  /** Rotated pairs of numbers in a head: half the rotary length. */
  readonly pairs: number;
  /** `rope.freq_base`, usually 10,000. */
  readonly base: number;
  /** How positions beyond those of the training are reached; left out, none. */
  readonly scaling?: LinearScaling | YarnScaling | { readonly type: "none" };
  /**
   * A divisor of each pair's frequency: Llama 3's `rope_freqs.weight`, or LongRoPE's (Ding et al. 2024, arXiv
   * 2402.13753) `rope_factors_long.weight` or `rope_factors_short.weight`. [pairs]
   */
  readonly factors?: Float32Array | undefined;
  /** Factor on all cosines and sines, so on the length of the rotated part (`rope.scaling.attn_factor`); 1 if left out. */
  readonly attentionFactor?: number;
}

/** Position interpolation: positions divided by `factor`. Chen et al. 2023 (arXiv 2306.15595), equation 4. */
export interface LinearScaling {
  readonly type: "linear";
  readonly factor: number;
}

/** Cosine and sine of each token's angles, for `rope`. */
export interface RopeTable {
  /** [tokens, pairs] */
  readonly cos: Float32Array;
  /** [tokens, pairs] */
  readonly sin: Float32Array;
}

/**
 * Table of rotary position embedding: the angle of pair i at position p is p·base^(−i/pairs), changed by the scaling.
 * Computed in double precision and rounded to single once. Su et al. 2021, "RoFormer" (arXiv 2104.09864), section 3.2.2.
 */
export function ropeTable(options: RopeOptions): RopeTable {
  const { positions, pairs, attentionFactor = 1, scaling } = options;
  const frequencies = ropeFrequencies(options);
  const magnitude = scaling?.type === "yarn" ? attentionFactor * yarnMagnitude(scaling) : attentionFactor;
  const table = { cos: new Float32Array(positions.length * pairs), sin: new Float32Array(positions.length * pairs) };
  for (let t = 0; t < positions.length; t++) {
    for (let i = 0; i < pairs; i++) {
      const angle = positions[t] * frequencies[i];
      table.cos[t * pairs + i] = cos(angle) * magnitude;
      table.sin[t * pairs + i] = sin(angle) * magnitude;
    }
  }
  return table;
}

/** Radians by which each pair turns from one position to the next. [pairs] */
export function ropeFrequencies(options: Omit<RopeOptions, "positions">): Float64Array {
  const { pairs, base, factors, scaling } = options;
  const frequencies = new Float64Array(pairs);
  for (let i = 0; i < pairs; i++) frequencies[i] = pow(base, -i / pairs) / (factors?.[i] ?? 1);
  if (scaling?.type === "linear") return frequencies.map((frequency) => frequency / scaling.factor);
  if (scaling?.type === "yarn") return yarnFrequencies(frequencies, base, scaling);
  return frequencies;
}
