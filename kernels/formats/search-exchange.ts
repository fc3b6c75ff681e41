import { largestByMagnitude } from "./extremes.ts";
import { nearestInteger, negligible } from "./nearest-integer.ts";

const { abs, fround, max, min } = Math;

/** A tenth, the step between the scales that are tried. */
const step = fround(0.1);

/**
 * The scale s of 16 values with s · number near them, numbers from −bound to bound − 1, errors weighted by the square of
 * the value: one number at a time is changed as long as the error shrinks, five rounds at most. The numbers plus bound go
 * to `numbers[from…]` (0 where all values are negligible).
 * Source: `make_q3_quants`, llama.cpp 0c1e570, ggml-quants.c.
 */
export function fitScaleByExchange(
  values: Float32Array,
  start: number,
  bound: number,
  numbers: Uint8Array,
  from: number,
): number {
  const extreme = largestByMagnitude(values, start, start + 16);
  numbers.fill(0, from, from + 16);
  if (abs(extreme) < negligible) return 0;
  const inverse = fround(-bound / extreme);
  const round = (x: number) => max(-bound, min(bound - 1, nearestInteger(x)));
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

const found = new Int8Array(16);

/**
 * The scale s of values ≥ 0 with s · number near them, numbers from 0 to `top`, errors weighted: the best of nine
 * roundings, then changed one number at a time. The numbers go to `numbers`, as bytes.
 * Source: `make_qp_quants`, llama.cpp 0c1e570, ggml-quants.c.
 */
export function fitPositiveScale(
  values: Float32Array,
  weights: Float32Array,
  top: number,
  numbers: Uint8Array,
): number {
  const { length } = values;
  let most = 0;
  for (const x of values) if (x > most) most = x;
  numbers.fill(0);
  if (most < negligible) return 0;
  let inverse = fround(top / most);
  for (let k = 0; k < length; k++) numbers[k] = nearestInteger(fround(inverse * values[k]));
  let best = squaredError(values, weights, fround(1 / inverse), (k) => numbers[k]);
  for (let attempt = -4; attempt <= 4; attempt++) {
    if (attempt === 0) continue;
    const tried = fround(fround(fround(step * attempt) + top) / most);
    const error = squaredError(values, weights, fround(1 / tried), (k) =>
      min(top, nearestInteger(fround(tried * values[k]))),
    );
    if (error < best) {
      best = error;
      inverse = tried;
    }
  }
  let dot = 0;
  let norm = 0;
  for (let k = 0; k < length; k++) {
    const number = min(top, nearestInteger(fround(inverse * values[k])));
    numbers[k] = number;
    dot = fround(dot + fround(fround(weights[k] * values[k]) * number));
    norm = fround(norm + fround(fround(weights[k] * number) * number));
  }
  for (let attempt = 0, changed = true; attempt < 5 && changed; attempt++) {
    changed = false;
    for (let k = 0; k < length; k++) {
      const weight = weights[k];
      const x = values[k];
      let newDot = fround(dot - fround(fround(weight * x) * numbers[k]));
      let newNorm = fround(norm - fround(fround(weight * numbers[k]) * numbers[k]));
      if (!(newDot > 0 && newNorm > 0)) continue;
      const number = min(top, nearestInteger(fround(fround(x * newNorm) / newDot)));
      if (number === numbers[k]) continue;
      newDot = fround(newDot + fround(fround(weight * x) * number));
      newNorm = fround(newNorm + fround(fround(weight * number) * number));
      if (fround(fround(newDot * newDot) * norm) > fround(fround(dot * dot) * newNorm)) {
        numbers[k] = number;
        dot = newDot;
        norm = newNorm;
        changed = true;
      }
    }
  }
  return norm > 0 ? fround(dot / norm) : 0;
}

function squaredError(
  values: Float32Array,
  weights: Float32Array,
  scale: number,
  number: (k: number) => number,
): number {
  let error = 0;
  for (let k = 0; k < values.length; k++) {
    const difference = fround(values[k] - fround(scale * number(k)));
    error = fround(error + fround(fround(weights[k] * difference) * difference));
  }
  return error;
}
