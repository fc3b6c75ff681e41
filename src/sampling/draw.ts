import { PellucidError } from "../errors.ts";
import { type Candidates, type SamplerContext, indexOfLargest } from "./candidates.ts";
import { weightsOf } from "./softmax.ts";

/**
 * Draws a token with the candidates' probabilities (softmax of their logits), by one number of the random source.
 * A single candidate needs none.
 * @throws PellucidError `NO_CANDIDATES` where no token is possible
 */
export function draw(candidates: Candidates, random: SamplerContext["random"]): number {
  const { ids, logits } = candidates;
  const best = indexOfLargest(logits);
  if (best < 0) {
    throw new PellucidError(
      "NO_CANDIDATES",
      "no token can be sampled: every logit is -Infinity or NaN after the samplers; check the model and the bias or constraint",
    );
  }
  if (ids.length === 1) return ids[0];

  const weights = weightsOf(candidates);
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i];
  const target = random() * total;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i];
    if (sum > target) return ids[i];
  }
  return ids[best]; // not reached: the numbers are below 1, and the sums the same
}
