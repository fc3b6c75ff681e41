import type { Candidates, Sampler, SamplerContext } from "./candidates.ts";

/**
 * A sampler that remembers something from token to token, such as how surprising they were. Its functions are pure: the
 * memory is a value that comes in and goes out, so that a text can be continued in several ways.
 */
export interface StatefulSampler<State = unknown> {
  /** What is remembered before the first token. */
  readonly initial: State;
  /** The step of the chain, as `Sampler`. */
  apply(candidates: Candidates, context: SamplerContext, state: State): Candidates;
  /**
   * What is remembered after a token.
   * @param kept what `apply` gave
   * @param token what the whole chain then drew
   */
  next(state: State, kept: Candidates, token: number): State;
}

/** What a chain consists of. */
export type ChainSampler = Sampler | StatefulSampler;

/** What a chain left, and what its stateful samplers remember once one of it is drawn. */
export interface ChainStep {
  readonly candidates: Candidates;
  readonly next: (token: number) => ChainState;
}

/** What each sampler of a chain remembers; undefined for those without a memory. */
export type ChainState = readonly unknown[];

/** What a chain remembers before the first token. */
export function initialState(samplers: readonly ChainSampler[]): ChainState {
  return samplers.map((sampler) => (typeof sampler === "function" ? undefined : sampler.initial));
}

/** Applies the samplers in order. */
export function runChain(
  samplers: readonly ChainSampler[],
  all: Candidates,
  context: SamplerContext,
  state: ChainState = initialState(samplers),
): ChainStep {
  let candidates = all;
  const kept = samplers.map((sampler, i) => {
    candidates =
      typeof sampler === "function" ? sampler(candidates, context) : sampler.apply(candidates, context, state[i]);
    return candidates;
  });
  const next = (token: number) =>
    samplers.map((sampler, i) => (typeof sampler === "function" ? undefined : sampler.next(state[i], kept[i], token)));
  return { candidates, next };
}
