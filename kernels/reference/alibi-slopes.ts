import { pow } from "./pow.ts";

/**
 * ALiBi's slope of each head, for `attention`: with n heads, a power of two, 2^(−maxBias·(h + 1) / n). Other numbers of
 * heads take the slopes of the power of two below, and for the rest every second one of the power of two above. Press,
 * Smith and Lewis 2021 (arXiv 2108.12409), section 3 and the authors' code.
 *
 * @param maxBias 8 in the paper
 */
export function alibiSlopes(heads: number, maxBias: number): Float32Array {
  const below = 2 ** Math.floor(Math.log2(heads));
  return Float32Array.from({ length: heads }, (_, h) =>
    h < below ? pow(2, (-maxBias * (h + 1)) / below) : pow(2, (-maxBias * (2 * (h - below) + 1)) / (2 * below)),
  );
}
