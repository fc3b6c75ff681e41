import { InvalidArgumentError } from "../errors.ts";
import { blockMaxima } from "./block-maxima.ts";
import { largestCount } from "./order.ts";

/**
 * The tokens still in play and their logits, side by side. Values, never changed in place: a sampler returns new
 * candidates, or the same object where it has nothing to do.
 */
export interface Candidates {
  /** Token ids. [count] */
  readonly ids: Int32Array;
  /** Unnormalised log-probabilities; −Infinity for an impossible token, never NaN. [count] */
  readonly logits: Float32Array;
  /** Whether the logits are known not to ascend. */
  readonly sorted: boolean;
  /** The largest of each 256 logits, where it is known: what finds the likeliest sooner. Samplers may leave it out. */
  readonly maxima?: Float32Array;
}

/** What a sampler may look at besides the candidates. */
export interface SamplerContext {
  /** The text so far, prompt included, oldest token first. */
  readonly previousTokens: readonly number[];
  /** How many of them were not generated. Default 0. */
  readonly promptLength?: number;
  /** The tokens that end the generation. Default: none. */
  readonly endTokens?: readonly number[];
  /** The next number of the random source, in [0, 1). */
  readonly random: () => number;
}

/**
 * One step of the chain from logits to the token: candidates → candidates. A pure function, save that it may draw from
 * `context.random`. It may return no fewer than one candidate when given one or more.
 */
export type Sampler = (candidates: Candidates, context: SamplerContext) => Candidates;

/**
 * All tokens of the vocabulary as candidates. A NaN counts as impossible, so that one broken value does not spread.
 * @param logits one row, which is not copied unless it holds a NaN. [vocabularySize]
 */
export function candidatesOf(logits: Float32Array): Candidates {
  const ids = allIds(logits.length);
  const maxima = blockMaxima(logits);
  if (maxima !== undefined) return { ids, logits, sorted: false, maxima };
  const numbers = logits.map((value) => (Number.isNaN(value) ? -Infinity : value));
  return { ids, logits: numbers, sorted: false };
}

/** The position of the largest logit, the first of equals; −1 where no token is possible. */
export function indexOfLargest(logits: Float32Array): number {
  let best = -1;
  let largest = -Infinity;
  for (let i = 0; i < logits.length; i++) {
    if (logits[i] > largest) {
      largest = logits[i]!;
      best = i;
    }
  }
  return best;
}

/** The candidates at these positions, in their order. */
export function pick({ ids, logits }: Candidates, positions: ArrayLike<number>, sorted: boolean): Candidates {
  const kept = {
    ids: new Int32Array(positions.length),
    logits: new Float32Array(positions.length),
    sorted,
  };
  for (let i = 0; i < positions.length; i++) {
    kept.ids[i] = ids[positions[i]]!;
    kept.logits[i] = logits[positions[i]]!;
  }
  return kept;
}

/** The candidates from `start` on, up to but without `end`; a view. */
export function slice({ ids, logits, sorted }: Candidates, start: number, end?: number): Candidates {
  return { ids: ids.subarray(start, end), logits: logits.subarray(start, end), sorted };
}

let ids = new Int32Array(0);

/** 0, 1, 2, …: made once for the largest vocabulary met. */
function allIds(count: number): Int32Array {
  if (count > largestCount) {
    throw new InvalidArgumentError(
      `a vocabulary of ${count} tokens is beyond the ${largestCount} that can be sampled from`,
    );
  }
  if (ids.length < count) ids = Int32Array.from({ length: count }, (_, i) => i);
  return ids.subarray(0, count);
}
