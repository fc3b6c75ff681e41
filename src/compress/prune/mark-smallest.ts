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
  const limit = nthSmallest(ordered, Math.min(count, to - from) - 1);
  let left = count;
  for (let k = from; k < to; k++) if (scores[k] < limit) left -= marks[k] = 1;
  for (let k = from; k < to && left > 0; k++) if (scores[k] === limit) left -= marks[k] = 1;
}

/**
 * The number at place n, were they sorted: by Hoare's selection, halving what is left as a rule. Where that goes badly
 * again and again, what is left is sorted, so that no input takes long. The numbers are rearranged.
 */
function nthSmallest(values: Float64Array, n: number): number {
  let [low, high] = [0, values.length - 1];
  for (let round = 0; high - low > few && round < mostRounds; round++) {
    const pivot = medianOf(values[low], values[(low + high) >> 1], values[high]);
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const other = values[i];
      values[i++] = values[j];
      values[j--] = other;
    }
    if (n <= j) high = j;
    else if (n >= i) low = i;
    else return pivot;
  }
  return values.subarray(low, high + 1).sort()[n - low];
}

const mostRounds = 60;

function medianOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
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
