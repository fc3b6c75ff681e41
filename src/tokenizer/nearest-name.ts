/** The candidate with the fewest insertions, deletions and replacements from `name` (Levenshtein); the first of equals. */
export function nearestName(name: string, candidates: Iterable<string>): string {
  let nearest = "";
  let least = Infinity;
  const short = name.slice(0, 64);
  for (const candidate of candidates) {
    const distance = editDistance(short, candidate);
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const following = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = row[j] + (a[i] === b[j] ? 0 : 1);
      following.push(Math.min(replaced, row[j + 1] + 1, following[j] + 1));
    }
    row = following;
  }
  return row[b.length];
}
