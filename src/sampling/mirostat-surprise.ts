import { log } from "../../kernels/reference/index.ts";
import { InvalidArgumentError } from "../errors.ts";
import { type Candidates, indexOfLargest } from "./candidates.ts";
import { probabilitiesOf } from "./softmax.ts";

const f = Math.fround;

export interface MirostatOptions {
  /** The surprise aimed at, in bits: 2^τ is the perplexity of the text. Default 5. */
  readonly tau?: number;
  /** How fast µ follows. Default 0.1. */
  readonly eta?: number;
  /** Where the limit µ of the surprise begins. Default 2τ. */
  readonly mu?: number;
}

/** The options with their defaults, in single precision. @throws InvalidArgumentError for one that is no number or below 0 */
export function mirostatNumbers({ tau = 5, eta = 0.1, mu = 2 * tau }: MirostatOptions): Required<MirostatOptions> {
  for (const [name, value] of Object.entries({ tau, eta })) {
    if (!(value >= 0 && value < Infinity)) {
      throw new InvalidArgumentError(`mirostat's ${name} must be a number of at least 0, not ${value}`);
    }
  }
  if (!Number.isFinite(mu)) throw new InvalidArgumentError(`mirostat's mu must be a number, not ${mu}`);
  return { tau: f(tau), eta: f(eta), mu: f(mu) };
}

/** −log₂ of a probability: the surprise, in bits. */
export function surprise(probability: number): number {
  return -log2(probability);
}

export function log2(x: number): number {
  return f(log(x) / Math.LN2);
}

/** The limit µ, moved against the error of the drawn token's surprise among what was kept. §3 of the paper, line 9. */
export function nextMu(mu: number, { tau, eta }: Required<MirostatOptions>, kept: Candidates, token: number): number {
  const place = kept.ids.indexOf(token);
  // A later sampler may have brought in a token of its own: no surprise is known of it.
  if (place < 0 || indexOfLargest(kept.logits) < 0) return mu;
  const observed = surprise(probabilitiesOf(kept)[place]);
  return Number.isFinite(observed) ? f(mu - f(eta * f(observed - tau))) : mu;
}
