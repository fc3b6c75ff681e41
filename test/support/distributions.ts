/** log softmax of one row of logits, in double precision. */
export function logSoftmax(logits: ArrayLike<number>): Float64Array {
  const row = Float64Array.from(logits);
  const max = row.reduce((a, b) => Math.max(a, b));
  const sum = row.reduce((total, logit) => total + Math.exp(logit - max), 0);
  return row.map((logit) => logit - max - Math.log(sum));
}

/** Kullback–Leibler divergence of `q` from `p`, both as log-probabilities. */
export function klDivergence(logP: Float64Array, logQ: Float64Array): number {
  return logP.reduce((sum, lp, i) => sum + Math.exp(lp) * (lp - logQ[i]), 0);
}

/** Squared error divided by the squared length of what was expected. */
export function normalisedMeanSquaredError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  let energy = 0;
  for (let i = 0; i < expected.length; i++) {
    error += (actual[i] - expected[i]) ** 2;
    energy += expected[i] ** 2;
  }
  return error / energy;
}
