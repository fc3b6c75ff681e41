import { log } from "./log.ts";

/** How much later positions are scaled up. */
export interface PositionScale {
  /** Positions in which the factor does not change. */
  readonly interval: number;
  readonly strength: number;
  /** Added to the position. */
  readonly offset: number;
}

/**
 * Scales each token's row by its position: out[t] = x[t]·(1 + strength·ln(⌊(position + offset) / interval⌋ + 1)), the
 * factor in double precision, rounded to single once. Nakanishi 2025, "Scalable-Softmax" (arXiv 2501.19399), as Llama 4
 * and Ministral scale their queries.
 *
 * @param x [tokens, columns]
 * @param out [tokens, columns]; may be `x`
 */
export function positionScale(
  x: Float32Array,
  positions: Int32Array | readonly number[],
  options: PositionScale,
  out: Float32Array,
): void {
  const columns = x.length / positions.length;
  for (let t = 0; t < positions.length; t++) {
    const factor = positionFactor(positions[t], options);
    for (let i = t * columns; i < (t + 1) * columns; i++) out[i] = x[i] * factor; // storing rounds to single precision
  }
}

/** The factor of one position. */
export function positionFactor(position: number, { interval, strength, offset }: PositionScale): number {
  return Math.fround(1 + strength * log(Math.floor((position + offset) / interval) + 1));
}
