import { InvalidArgumentError } from "../../errors.ts";

/**
 * Which weights of each row become zero: a share of the row, or, of every `of` weights side by side, all but `keep`
 * (2 of 4 is what some processors multiply twice as fast).
 */
export type Sparsity = number | { readonly keep: number; readonly of: number };

/** Reads `2:4`. @throws InvalidArgumentError */
export function parsePattern(text: string): Sparsity {
  const [, keep = "", of = ""] = /^\s*(\d{1,6}):(\d{1,6})\s*$/.exec(text) ?? [];
  if (of === "") throw new InvalidArgumentError(`${JSON.stringify(text)} is no pattern such as 2:4`);
  const pattern = { keep: Number(keep), of: Number(of) };
  checkSparsity(pattern);
  return pattern;
}

/** @throws InvalidArgumentError where the share isn't between 0 and 1, or the pattern keeps more than there are */
export function checkSparsity(sparsity: Sparsity): void {
  if (typeof sparsity === "number") {
    if (sparsity >= 0 && sparsity < 1) return;
    throw new InvalidArgumentError(`a sparsity of ${sparsity} is not possible: it is a share, from 0 to less than 1`);
  }
  const { keep, of } = sparsity;
  if (Number.isInteger(keep) && Number.isInteger(of) && keep >= 1 && keep <= of) return;
  throw new InvalidArgumentError(`a pattern of ${keep}:${of} is not possible: N:M keeps N of every M weights`);
}

/** The spans of a row of `columns` weights, and how many of each become zero. */
export function spansOf(sparsity: Sparsity, columns: number): { readonly length: number; readonly zeros: number } {
  if (typeof sparsity === "number") return { length: columns, zeros: Math.round(sparsity * columns) };
  return { length: sparsity.of, zeros: sparsity.of - sparsity.keep };
}
