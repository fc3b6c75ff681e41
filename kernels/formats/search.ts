/**
 * How the K formats find a group's scale when they pack: least squares over a few ways of rounding. All arithmetic is in
 * single precision and in this order, since the bytes that come out are compared with ggml's.
 */
const { abs, fround, max, min } = Math;

const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

/** Magnitudes below this count as zero. Source: `GROUP_MAX_EPS`, llama.cpp 0c1e570, ggml-quants.c. */
export const negligible = fround(1e-15);

/** A tenth, the step between the scales that are tried. */
const step = fround(0.1);

/** The nearest integer of 22 bits and sign, ties to even. Source: `nearest_int`, llama.cpp 0c1e570, ggml-quants.c. */
export function nearestInteger(value: number): number {
  single[0] = value + 12582912;
  return (bits[0] & 0x7fffff) - 0x400000;
}

/** What `fitScaleAndMin` tries, and for which numbers. */
export interface AffineSearch {
  /** The largest number; the smallest is 0. */
  readonly top: number;
  /** The range of values is divided by `top + first`, and then by a tenth more, `steps` times. */
  readonly first: number;
  readonly steps: number;
  /** Whether errors count by their magnitude instead of their square. */
  readonly absolute: boolean;
}

/**
 * Scale s and offset −m (m ≥ 0) with s · number − m near the values, errors weighted. The numbers go to
 * `numbers[from…]`. Source: `make_qkx2_quants`, llama.cpp 0c1e570, ggml-quants.c.
 */
export function fitScaleAndMin(
  values: Float32Array,
  start: number,
  weights: Float32Array,
  numbers: Uint8Array,
  from: number,
  { top, first, steps, absolute }: AffineSearch,
): { scale: number; m: number } {
  const length = weights.length;
  let low = values[start];
  let high = values[start];
  let sumW = 0;
  let sumX = 0;
  for (let k = 0; k < length; k++) {
    const x = values[start + k];
    if (x < low) low = x;
    if (x > high) high = x;
    sumW = fround(sumW + weights[k]);
    sumX = fround(sumX + fround(weights[k] * x));
  }
  if (low > 0) low = 0;
  numbers.fill(0, from, from + length);
  if (high === low) return { scale: 0, m: -low };

  // The offset found so far is the origin of the next attempt.
  const round = (inverse: number, k: number) =>
    max(0, min(top, nearestInteger(fround(inverse * fround(values[start + k] - low)))));
  const error = (scale: number, offset: number, k: number, number: number) => {
    const difference = fround(fround(fround(scale * number) + offset) - values[start + k]);
    return fround(weights[k] * (absolute ? abs(difference) : fround(difference * difference)));
  };

  let inverse = fround(top / fround(high - low));
  let scale = fround(1 / inverse);
  let bestError = 0;
  for (let k = 0; k < length; k++) {
    numbers[from + k] = round(inverse, k);
    bestError = fround(bestError + error(scale, low, k, numbers[from + k]));
  }

  const tried = new Uint8Array(length);
  for (let attempt = 0; attempt <= steps; attempt++) {
    inverse = fround(fround(fround(first + fround(step * attempt)) + top) / fround(high - low));
    let sumL = 0;
    let sumLL = 0;
    let sumXL = 0;
    for (let k = 0; k < length; k++) {
      const number = round(inverse, k);
      tried[k] = number;
      const weighted = fround(weights[k] * number);
      sumL = fround(sumL + weighted);
      sumLL = fround(sumLL + fround(weighted * number));
      sumXL = fround(sumXL + fround(weighted * values[start + k]));
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
    for (let k = 0; k < length; k++) newError = fround(newError + error(newScale, newLow, k, tried[k]));
    if (newError < bestError) {
      numbers.set(tried, from);
      bestError = newError;
      scale = newScale;
      low = newLow;
    }
  }
  return { scale, m: -low };
}

/**
 * The scale s of 16 values with s · number near them, numbers from −bound to bound − 1, errors weighted by the square of
 * the value. The numbers plus bound go to `numbers[from…]` (0 where all values are negligible).
 * Source: `make_qx_quants` with rmse_type 1, llama.cpp 0c1e570, ggml-quants.c.
 */
export function fitScale(
  values: Float32Array,
  start: number,
  extreme: number,
  bound: number,
  numbers: Uint8Array,
  from: number,
): number {
  numbers.fill(0, from, from + 16);
  if (abs(extreme) < negligible) return 0;
  const tried = new Uint8Array(16);
  let scale = 0;
  let best = 0;
  // The plain rounding first, then tenths below and above it.
  for (const attempt of [0, -9, -8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    const inverse = fround(-fround(bound + fround(step * attempt)) / extreme);
    let dot = 0;
    let norm = 0;
    for (let k = 0; k < 16; k++) {
      const x = values[start + k];
      const number = max(-bound, min(bound - 1, nearestInteger(fround(inverse * x))));
      tried[k] = number + bound;
      const weight = fround(x * x);
      dot = fround(dot + fround(fround(weight * x) * number));
      norm = fround(norm + fround(fround(weight * number) * number));
    }
    if (attempt === 0 || (norm > 0 && fround(dot * dot) > fround(best * norm))) {
      numbers.set(tried, from);
      scale = norm === 0 ? 0 : fround(dot / norm);
      best = fround(scale * dot);
    }
  }
  return scale;
}

/**
 * As `fitScale`, but by changing one number at a time as long as the error shrinks, five rounds at most.
 * Source: `make_q3_quants`, llama.cpp 0c1e570, ggml-quants.c.
 */
export function fitScaleByExchange(
  values: Float32Array,
  start: number,
  extreme: number,
  bound: number,
  numbers: Uint8Array,
  from: number,
): number {
  numbers.fill(0, from, from + 16);
  if (abs(extreme) < negligible) return 0;
  const inverse = fround(-bound / extreme);
  const round = (x: number) => max(-bound, min(bound - 1, nearestInteger(x)));
  const found = new Int8Array(16);
  let dot = 0;
  let norm = 0;
  for (let k = 0; k < 16; k++) {
    const x = values[start + k];
    const weight = fround(x * x);
    found[k] = round(fround(inverse * x));
    dot = fround(dot + fround(fround(weight * x) * found[k]));
    norm = fround(norm + fround(fround(weight * found[k]) * found[k]));
  }
  for (let attempt = 0, changed = true; attempt < 5 && changed; attempt++) {
    changed = false;
    for (let k = 0; k < 16; k++) {
      const x = values[start + k];
      const weight = fround(x * x);
      let newDot = fround(dot - fround(fround(weight * x) * found[k]));
      if (!(newDot > 0)) continue;
      let newNorm = fround(norm - fround(fround(weight * found[k]) * found[k]));
      const number = round(fround(fround(x * newNorm) / newDot));
      if (number === found[k]) continue;
      newDot = fround(newDot + fround(fround(weight * x) * number));
      newNorm = fround(newNorm + fround(fround(weight * number) * number));
      if (newNorm > 0 && fround(fround(newDot * newDot) * norm) > fround(fround(dot * dot) * newNorm)) {
        found[k] = number;
        dot = newDot;
        norm = newNorm;
        changed = true;
      }
    }
  }
  for (let k = 0; k < 16; k++) numbers[from + k] = found[k] + bound;
  return norm > 0 ? fround(dot / norm) : 0;
}

/**
 * Rounds the values of a group anew, with the scale and minimum that the block really holds. A scale of 0 leaves the
 * numbers of the search.
 */
export function renumber(
  values: Float32Array,
  start: number,
  length: number,
  scale: number,
  m: number,
  lowest: number,
  highest: number,
  numbers: Uint8Array,
  from: number,
): void {
  if (scale === 0) return;
  for (let k = 0; k < length; k++) {
    const number = nearestInteger(fround(fround(values[start + k] + m) / scale));
    numbers[from + k] = max(lowest, min(highest, number)) - lowest;
  }
}
