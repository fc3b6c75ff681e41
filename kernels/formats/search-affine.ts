import type { AffineSearch, Groups } from "./search-groups.ts";

const { abs, fround } = Math;

/** Adding and taking away this rounds to an integer, ties to even. */
const magic = 12582912;

const tried = new Float32Array(256);
const best = new Float32Array(256);

/** `Search.fitScaleAndMin` of one group. */
export function fitScaleAndMin(
  { values, start: first, weights, length, numbers, from }: Groups,
  group: number,
  search: AffineSearch,
  scales: Float32Array,
  minima: Float32Array,
): void {
  const { top, absolute } = search;
  const start = first + group * length;
  const at = group * length;
  const to = from + group * length;
  let low = values[start];
  let high = values[start];
  let sumW = 0;
  let sumX = 0;
  for (let k = 0; k < length; k++) {
    const x = values[start + k];
    const weight = weights[at + k];
    if (x < low) low = x;
    if (x > high) high = x;
    sumW = fround(sumW + weight);
    sumX = fround(sumX + fround(weight * x));
  }
  if (low > 0) low = 0;
  if (high === low) {
    numbers.fill(0, to, to + length);
    scales[group] = 0;
    minima[group] = -low;
    return;
  }

  let inverse = fround(top / fround(high - low));
  let scale = fround(1 / inverse);
  let bestError = 0;
  let limit = inverse < Infinity ? top : 0;
  for (let k = 0; k < length; k++) {
    const x = values[start + k];
    const rounded = fround(fround(fround(inverse * fround(x - low)) + magic) - magic);
    const number = rounded > 0 ? (rounded < limit ? rounded : limit) : 0;
    best[k] = number;
    const error = fround(fround(fround(scale * number) + low) - x);
    bestError = fround(bestError + fround(weights[at + k] * (absolute ? abs(error) : fround(error * error))));
  }

  for (let attempt = 0; attempt <= search.steps; attempt++) {
    // The offset found so far is the origin of the next attempt.
    inverse = fround(fround(fround(search.first + fround(search.step * attempt)) + top) / fround(high - low));
    limit = inverse < Infinity ? top : 0;
    let sumL = 0;
    let sumLL = 0;
    let sumXL = 0;
    for (let k = 0; k < length; k++) {
      const x = values[start + k];
      const rounded = fround(fround(fround(inverse * fround(x - low)) + magic) - magic);
      const number = rounded > 0 ? (rounded < limit ? rounded : limit) : 0;
      tried[k] = number;
      const weighted = fround(weights[at + k] * number);
      sumL = fround(sumL + weighted);
      sumLL = fround(sumLL + fround(weighted * number));
      sumXL = fround(sumXL + fround(weighted * x));
    }
    const determinant = fround(fround(sumW * sumLL) - fround(sumL * sumL));
    if (!(determinant > 0)) continue;
    let newScale = fround(fround(fround(sumW * sumXL) - fround(sumX * sumL)) / determinant);
    let newLow = fround(fround(fround(sumLL * sumX) - fround(sumL * sumXL)) / determinant);
    if (newLow > 0) {
      newLow = 0;
      newScale = fround(sumXL / sumLL);
    }
    let newError = 0;
    for (let k = 0; k < length; k++) {
      const error = fround(fround(fround(newScale * tried[k]) + newLow) - values[start + k]);
      newError = fround(newError + fround(weights[at + k] * (absolute ? abs(error) : fround(error * error))));
    }
    if (newError < bestError) {
      for (let k = 0; k < length; k++) best[k] = tried[k];
      bestError = newError;
      scale = newScale;
      low = newLow;
    }
  }
  for (let k = 0; k < length; k++) numbers[to + k] = best[k];
  scales[group] = scale;
  minima[group] = -low;
}
