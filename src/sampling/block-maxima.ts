/** Logits that share one maximum. */
export const blockLength = 256;

/**
 * The largest of each 256 logits, in one pass over a vocabulary that also sees whether one is NaN. With it, the likeliest
 * tokens are found in the few blocks that can hold one.
 * @returns [⌈count / 256⌉], −Infinity where a block has no number; undefined instead where a logit is NaN
 */
export function blockMaxima(logits: Float32Array): Float32Array | undefined {
  const maxima = new Float32Array(Math.ceil(logits.length / blockLength));
  for (let block = 0, i = 0; block < maxima.length; block++) {
    const end = Math.min(logits.length, i + blockLength);
    let largest = -Infinity;
    for (; i < end; i++) {
      const logit = logits[i];
      if (logit > largest) largest = logit;
      else if (logit !== logit) return undefined;
    }
    maxima[block] = largest;
  }
  return maxima;
}
