import { editDistance } from "../../tokenizer/nearest-name.ts";

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
