/** The candidate with the fewest edits from `name`; the first of equals. */
export function nearestName(name: string, candidates: Iterable<string>): string {
  let nearest = "";
  let least = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(name, candidate);
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** The candidate that was likely meant: which begins with `name`, or is at most two edits from it; undefined for none. */
export function similarName(name: string, candidates: readonly string[]): string | undefined {
  const plain = name.toLowerCase();
  const begun =
    plain.length < 2 ? undefined : candidates.find((candidate) => candidate.toLowerCase().startsWith(plain));
  const near = (candidate: string) => editDistance(plain, candidate.toLowerCase()) <= Math.min(2, plain.length - 1);
  const nearest = nearestName(plain, candidates);
  return begun ?? (near(nearest) ? nearest : candidates.find(near));
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
