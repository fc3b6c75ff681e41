import type { Sampler } from "./candidates.ts";
import { adjustLogits } from "./adjust-logits.ts";

const f = Math.fround;

export interface PenaltyOptions {
  /** How many of the last tokens count; 0: none, −1: all. Default 64. */
  readonly lastN?: number;
  /** Divides a positive logit and multiplies a negative one; 1: none. */
  readonly repeat?: number;
  /** Subtracted once for each time that the token occurred. */
  readonly frequency?: number;
  /** Subtracted once if the token occurred. */
  readonly presence?: number;
}

/**
 * Makes tokens that occurred lately less likely.
 * Source: Keskar et al. 2019, "CTRL" (arXiv:1909.05858), §4.1, for `repeat` (negative logits are multiplied, since a
 * division would make them likelier); the OpenAI API reference for the other two.
 */
export function penalties({ lastN = 64, repeat = 1, frequency = 0, presence = 0 }: PenaltyOptions): Sampler {
  const isOff = lastN === 0 || (repeat === 1 && frequency === 0 && presence === 0);
  const [factor, perCount, once] = [f(repeat), f(frequency), f(presence)];
  return (candidates, { previousTokens }) => {
    if (isOff || previousTokens.length === 0) return candidates;
    const counts = new Map<number, number>();
    for (const token of lastOf(previousTokens, lastN)) counts.set(token, (counts.get(token) ?? 0) + 1);
    const changes = new Map<number, (logit: number) => number>();
    for (const [token, count] of counts) {
      const subtracted = f(f(count * perCount) + once);
      changes.set(token, (logit) => f(f(logit <= 0 ? logit * factor : logit / factor) - subtracted));
    }
    return adjustLogits(candidates, changes);
  };
}

/** The last `count` tokens, or all for −1. */
export function lastOf(tokens: readonly number[], count: number): readonly number[] {
  return count < 0 || count >= tokens.length ? tokens : tokens.slice(tokens.length - count);
}
