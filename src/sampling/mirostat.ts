import { log, pow } from "../../kernels/reference/index.ts";
import { InvalidArgumentError } from "../errors.ts";
import { type MirostatOptions, mirostatNumbers, nextMu } from "./mirostat-surprise.ts";
import { selectTop, sortDescending } from "./select-top.ts";
import { probabilitiesOf } from "./softmax.ts";
import type { StatefulSampler } from "./stateful-sampler.ts";

const f = Math.fround;

export interface Mirostat1Options extends MirostatOptions {
  /** How many of the likeliest tokens the exponent of Zipf's law is estimated from. Default 100. */
  readonly m?: number;
  /** Tokens in the vocabulary. Default: as many as the sampler is given. */
  readonly vocabularySize?: number;
}

/**
 * Keeps the k likeliest tokens, k being such that the text's surprise stays near τ: from the exponent of Zipf's law that
 * fits the likeliest tokens, and the limit µ, which learns from each token drawn. No temperature, no truncation is needed
 * beside it.
 * Source: Basu et al. 2020, "Mirostat: A Neural Text Decoding Algorithm that Directly Controls Perplexity"
 * (arXiv:2007.14966), algorithm 1; the steps in single precision as llama.cpp 0c1e570, src/llama-sampler.cpp,
 * `llama_sampler_mirostat_apply`.
 * @throws InvalidArgumentError for parameters outside their range
 */
export function mirostat({ m = 100, vocabularySize, ...options }: Mirostat1Options = {}): StatefulSampler<number> {
  if (!Number.isInteger(m) || m < 1) throw new InvalidArgumentError(`mirostat's m must be at least 1, not ${m}`);
  const numbers = mirostatNumbers(options);
  return {
    initial: numbers.mu,
    apply: (candidates, _context, mu) => {
      const sorted = sortDescending(candidates);
      const exponent = zipfExponent(probabilitiesOf(sorted), m);
      const k = countFor(exponent, mu, vocabularySize ?? candidates.ids.length);
      return selectTop(sorted, k >= 1 ? Math.floor(Math.min(k, sorted.ids.length)) : 1);
    },
    next: (mu, kept, token) => nextMu(mu, numbers, kept, token),
  };
}

/** ŝ: the slope of the log-probabilities over the logarithms of their ranks, by least squares over neighbours. */
function zipfExponent(probabilities: Float32Array, m: number): number {
  let products = 0;
  let squares = 0;
  for (let i = 0; i < m - 1 && i < probabilities.length - 1; i++) {
    if (probabilities[i + 1] === 0) break;
    const t = f(log(f((i + 2) / (i + 1))));
    const b = f(log(f(probabilities[i] / probabilities[i + 1])));
    products = f(products + f(t * b));
    squares = f(squares + f(t * t));
  }
  return f(products / squares);
}

/**
 * k for an exponent and a limit of the surprise: equation 6 of the paper. NaN where no exponent could be found. One too
 * large for a 32-bit integer counts as all here; in llama.cpp its conversion is undefined.
 */
function countFor(exponent: number, mu: number, vocabularySize: number): number {
  const epsilon = f(exponent - 1);
  const share = f(f(epsilon * f(pow(2, mu))) / f(1 - f(pow(vocabularySize, -epsilon))));
  return f(pow(share, f(1 / exponent)));
}
