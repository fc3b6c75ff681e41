/**
 * Marks the `count` smallest of scores[from…to) with 1, and the others with 0; of equal scores the first are marked.
 * @param scores numbers, none of them NaN
 */
export function markSmallest(
  scores: Float64Array,
  from: number,
  to: number,
  count: number,
  marks: Uint8Array,
  sorted: Float64Array = new Float64Array(to - from),
): void {
  marks.fill(0, from, to);
  if (count <= 0) return;
  if (to - from <= few) {
    markOneByOne(scores, from, to, count, marks);
    return;
  }
  const ordered = sorted.subarray(0, to - from);
  ordered.set(scores.subarray(from, to));
  ordered.sort();
  const limit = ordered[Math.min(count, to - from) - 1];
  let left = count;
  for (let k = from; k < to; k++) if (scores[k] < limit) left -= marks[k] = 1;
  for (let k = from; k < to && left > 0; k++) if (scores[k] === limit) left -= marks[k] = 1;
}

/** Up to so many scores, looking for the smallest again and again is faster than sorting. */
const few = 8;

function markOneByOne(scores: Float64Array, from: number, to: number, count: number, marks: Uint8Array): void {
  for (let left = Math.min(count, to - from); left > 0; left--) {
    let smallest = -1;
    for (let k = from; k < to; k++) {
      if (marks[k] === 0 && (smallest < 0 || scores[k] < scores[smallest])) smallest = k;
    }
    marks[smallest] = 1;
  }
}

/** The places of the `count` smallest scores, ascending; of equal scores the first. */
export function placesOfSmallest(scores: Float64Array, count: number): number[] {
  const marks = new Uint8Array(scores.length);
  markSmallest(scores, 0, scores.length, count, marks);
  return Array.from(marks.keys()).filter((place) => marks[place] === 1);
}
