import { cos } from "../../../kernels/reference/index.ts";

/** How the learning rate goes over a run. */
export interface Schedule {
  /** Its peak. */
  readonly learningRate: number;
  /** Steps in which it rises evenly to the peak. */
  readonly warmUp: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** What is left of it at the end, as a part of the peak. */
  readonly final: number;
}

/**
 * The learning rate of a step (from 0): up to the peak in a line, down from it in half a cosine. Loshchilov and Hutter
 * 2017 (arXiv 1608.03983), equation 5, without restarts.
 */
export function learningRateAt({ learningRate, warmUp, steps, final }: Schedule, step: number): number {
  if (step < warmUp) return (learningRate * (step + 1)) / warmUp;
  const part = Math.min(1, (step - warmUp) / Math.max(1, steps - warmUp));
  return learningRate * (final + ((1 - final) * (1 + cos(Math.PI * part))) / 2);
}
