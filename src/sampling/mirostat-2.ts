import { type MirostatOptions, mirostatNumbers, nextMu, surprise } from "./mirostat-surprise.ts";
import { sortDescending } from "./select-top.ts";
import { slice } from "./candidates.ts";
import { probabilitiesOf } from "./softmax.ts";
import type { StatefulSampler } from "./stateful-sampler.ts";

/**
 * Keeps the tokens whose surprise −log₂ p is at most µ, and at least one; µ learns from each token drawn, so that the
 * text's surprise stays near τ. No temperature, no truncation is needed beside it.
 * Source: Basu et al. 2020 (arXiv:2007.14966), in the simpler form of llama.cpp 0c1e570, src/llama-sampler.cpp,
 * `llama_sampler_mirostat_v2_apply`.
 * @throws InvalidArgumentError for parameters outside their range
 */
export function mirostat2(options: MirostatOptions = {}): StatefulSampler<number> {
  const numbers = mirostatNumbers(options);
  return {
    initial: numbers.mu,
    apply: (candidates, _context, mu) => {
      const sorted = sortDescending(candidates);
      const beyond = probabilitiesOf(sorted).findIndex((probability) => surprise(probability) > mu);
      return beyond < 0 ? sorted : slice(sorted, 0, Math.max(1, beyond));
    },
    next: (mu, kept, token) => nextMu(mu, numbers, kept, token),
  };
}
