/**
 * The name that is most like a given one: which shares the longest beginning with it, as families do (`qwen2vl` is
 * nearest to `qwen2`), of those the one with the fewest edits; or by edits alone where no name begins alike.
 */
export function nearestName(name: string, names: readonly string[]): string {
  const plain = name.toLowerCase();
  const family = (other: string) => {
    const length = commonBeginning(plain, other);
    return length >= 3 ? length : 0;
  };
  return [...names].sort(
    (a, b) => family(b) - family(a) || editDistance(plain, a) - editDistance(plain, b) || (a < b ? -1 : 1),
  )[0];
}

function commonBeginning(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/** Levenshtein's distance: insertions, deletions and replacements that make `b` of `a`. Names are cut at 64 letters. */
export function editDistance(a: string, b: string): number {
  const [from, to] = [a.slice(0, 64), b.slice(0, 64)];
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + (from[i] === to[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length];
}
