/**
 * Pearson's χ² test: the probability of frequencies at least as far from the expected ones, were these true. Bins that
 * expect fewer than five are put together. The tail by Wilson and Hilferty's cube-root approximation (1931).
 */
export function chiSquareP(counts: readonly number[], probabilities: readonly number[]): number {
  const draws = counts.reduce((sum, count) => sum + count, 0);
  let statistic = 0;
  let bins = 0;
  const add = (count: number, expected: number) => {
    statistic += (count - expected) ** 2 / expected;
    bins++;
  };
  let [restCount, restExpected] = [0, 0];
  for (const [i, probability] of probabilities.entries()) {
    const expected = probability * draws;
    if (expected >= 5) add(counts[i], expected);
    else [restCount, restExpected] = [restCount + counts[i], restExpected + expected];
  }
  if (restExpected >= 5) add(restCount, restExpected);
  else if (restCount > 30) return 0;
  const freedom = bins - 1;
  if (freedom < 1) return 1;
  const spread = 2 / (9 * freedom);
  return upperTail((Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread));
}

/** The standard normal distribution above z (Abramowitz and Stegun 26.2.17). */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
