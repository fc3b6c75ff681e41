import { largestByMagnitude } from "./extremes.ts";
import { nearestInteger, negligible } from "./nearest-integer.ts";
import type { Groups } from "./search-groups.ts";

const { abs, fround, max, min } = Math;

/** A tenth, the step between the scales that are tried. */
const step = fround(0.1);

/** The plain rounding first, then tenths below and above it. */
const attempts = [0, -9, -8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9];

const tried = new Uint8Array(256);

/** `Search.fitScale` of one group. */
export function fitScale(groups: Groups, group: number, bound: number, scales: Float32Array): void {
  const { values, weights, length, numbers } = groups;
  const start = groups.start + group * length;
  const at = group * length;
  const to = groups.from + group * length;
  const extreme = largestByMagnitude(values, start, start + length);
  numbers.fill(0, to, to + length);
  scales[group] = 0;
  if (abs(extreme) < negligible) return;
  let best = 0;
  for (const attempt of attempts) {
    const inverse = fround(-fround(bound + fround(step * attempt)) / extreme);
    let dot = 0;
    let norm = 0;
    for (let k = 0; k < length; k++) {
      const x = values[start + k];
      const weight = weights[at + k];
      const number = max(-bound, min(bound - 1, nearestInteger(fround(inverse * x))));
      tried[k] = number + bound;
      dot = fround(dot + fround(fround(weight * x) * number));
      norm = fround(norm + fround(fround(weight * number) * number));
    }
    if (attempt === 0 || (norm > 0 && fround(dot * dot) > fround(best * norm))) {
      for (let k = 0; k < length; k++) numbers[to + k] = tried[k];
      const scale = norm === 0 ? 0 : fround(dot / norm);
      scales[group] = scale;
      best = fround(scale * dot);
    }
  }
}
