import { log, pow } from "../../kernels/reference/index.ts";
import { adjustLogits } from "./adjust-logits.ts";
import type { Sampler } from "./candidates.ts";
import { lastOf } from "./penalties.ts";

const f = Math.fround;

export interface DryOptions {
  /** Scales the penalty; 0: off. */
  readonly multiplier: number;
  /** The penalty grows by this factor with every token of the repetition. Default 1.75. */
  readonly base?: number;
  /** Repetitions of fewer tokens than this are free. Default 2. */
  readonly allowedLength?: number;
  /** How many of the last tokens are searched; 0: none, −1: all. Default 64. */
  readonly lastN?: number;
  /** Token sequences over which no repetition reaches, such as those of a newline. */
  readonly sequenceBreakers?: readonly (readonly number[])[];
}

/**
 * "Don't repeat yourself": a token that would lengthen a repetition of the text's end loses
 * multiplier · base^(length − allowedLength), `length` tokens being repeated already.
 * Source: P. E. Weidmann 2024, github.com/oobabooga/text-generation-webui/pull/5677; breakers, limits and clamping as
 * llama.cpp 0c1e570, src/llama-sampler.cpp, `llama_sampler_dry_apply`.
 */
export function dry(options: DryOptions): Sampler {
  const { base = 1.75, allowedLength = 2, lastN = 64, sequenceBreakers = [] } = options;
  const multiplier = f(options.multiplier);
  const isOff = multiplier === 0 || base < 1 || lastN === 0;
  const single = new Set(sequenceBreakers.filter(({ length }) => length === 1).map(([token]) => token));
  // Keeps base^n within single precision.
  const largestExponent = f(base) > 1.000001 ? Math.trunc(f(largestLog / f(log(f(base))))) : Infinity;

  return (candidates, { previousTokens }) => {
    if (isOff) return candidates;
    const newestFirst = [...lastOf(previousTokens, lastN)].reverse();
    if (newestFirst.length <= allowedLength) return candidates;
    const limit = lengthLimit(newestFirst, sequenceBreakers);
    if (limit < allowedLength) return candidates;

    const changes = new Map<number, (logit: number) => number>();
    for (const [token, length] of repeatedLengths(newestFirst, limit)) {
      if (length < allowedLength || single.has(token)) continue;
      const exponent = Math.min(length - allowedLength, largestExponent);
      const penalty = f(multiplier * pow(f(base), exponent));
      changes.set(token, (logit) => f(logit - penalty));
    }
    return changes.size === 0 ? candidates : adjustLogits(candidates, changes);
  };
}

/** ln of the largest single-precision number. */
const largestLog = f(88.7228391);

/** How many of the newest tokens come after the newest sequence breaker. */
function lengthLimit(newestFirst: readonly number[], breakers: readonly (readonly number[])[]): number {
  for (let i = 0; i < newestFirst.length; i++) {
    let longest = 0;
    for (const breaker of breakers) {
      if (
        breaker.length > longest &&
        breaker.length <= i + 1 &&
        breaker.every((token, j) => token === newestFirst[i - j])
      ) {
        longest = breaker.length;
      }
    }
    if (longest > 0) return i + 1 - longest;
  }
  return newestFirst.length;
}

/**
 * For each token that would continue a repetition of the text's end: the longest such repetition, at most `limit`.
 * The lengths come from the Z algorithm (Gusfield 1997, "Algorithms on Strings, Trees, and Sequences", §1.3) on the
 * reversed text: z[k] is how many tokens from k on equal those from 0 on.
 */
function repeatedLengths(newestFirst: readonly number[], limit: number): Map<number, number> {
  const count = newestFirst.length;
  const z = new Uint32Array(count);
  const longest = new Map<number, number>();
  let start = 0;
  let end = 0; // newestFirst[start … end) equals newestFirst[0 … end − start)
  for (let k = 1; k < count; k++) {
    let length = k < end ? Math.min(end - k, z[k - start]) : 0;
    while (k + length < count && newestFirst[length] === newestFirst[k + length]) length++;
    if (k + length > end) [start, end] = [k, k + length];
    z[k] = length;
    const next = newestFirst[k - 1]; // what followed this earlier occurrence
    const counted = Math.min(length, limit);
    if (counted > (longest.get(next) ?? -1)) longest.set(next, counted);
  }
  return longest;
}
