const { exp, log, max } = Math;

/** How two distributions over the vocabulary differ at one position. */
export interface Difference {
  /** KL divergence of b from a, in nats. */
  readonly divergence: number;
  /** −log of the probability that a and b give the token that follows. */
  readonly nllA: number;
  readonly nllB: number;
  /** Whether both find the same token likeliest. */
  readonly agree: boolean;
}

/** Σ p·(log p − log q) of the softmax p of logits a and q of logits b, and what both say of token `next`. */
export function differenceOf(a: Float32Array, b: Float32Array, next: number): Difference {
  let topA = 0;
  let topB = 0;
  for (let k = 1; k < a.length; k++) {
    if (a[k] > a[topA]) topA = k;
    if (b[k] > b[topB]) topB = k;
  }
  const maxA = a[topA];
  const maxB = b[topB];
  let sumA = 0;
  let sumB = 0;
  let weighted = 0;
  for (let k = 0; k < a.length; k++) {
    const share = exp(a[k] - maxA);
    sumA += share;
    sumB += exp(b[k] - maxB);
    if (share > 0) weighted += share * (a[k] - b[k]);
  }
  const normA = maxA + log(sumA);
  const normB = maxB + log(sumB);
  // Rounding may make nothing a little less than nothing.
  const divergence = max(0, weighted / sumA - (normA - normB));
  return { divergence, nllA: normA - a[next], nllB: normB - b[next], agree: topA === topB };
}
