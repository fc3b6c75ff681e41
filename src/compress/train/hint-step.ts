import { type Desk, packedForward } from "./forward.ts";
import { type HintLoss, hintLoss } from "./hint-loss.ts";
import { linearBackward } from "./linear-backward.ts";
import type { TrainingStep } from "./plan.ts";

/** What leads a sequence. */
export interface Leading {
  readonly loss: HintLoss;
  readonly memory: ArrayBufferLike;
  /** Address of the teacher's residuals. [hints, tokens, width] */
  readonly states: number;
}

/**
 * The loss of one hint over a sequence; its gradient is added to that of the layer's residual. Where the teacher's
 * residuals are of another width, a learned matrix takes the student's there.
 */
export function hintBackward(
  desk: Desk,
  step: Extract<TrainingStep, { kind: "hint" }>,
  { loss, memory, states }: Leading,
  gradients: number,
): number {
  const { kernels, base, plan } = desk;
  const { weight, x, dx, columns } = step;
  const { width } = loss;
  const rows = plan.tokens;
  const [out, from] = [base + 4 * step.out, base + 4 * x];
  if (weight === undefined) kernels.accumulate(from, rows * width, out, 0);
  else kernels.product(from, columns, packedForward(desk, weight), out, width, rows, width, columns, 0);
  const own = new Float32Array(memory, out, rows * width);
  const led = new Float32Array(memory, states + 4 * step.index * rows * width, rows * width);
  let sum = 0;
  for (let at = 0; at < own.length; at += width) {
    sum += hintLoss(loss.kind, own.subarray(at, at + width), led.subarray(at, at + width), loss.weight);
  }
  if (weight === undefined) kernels.accumulate(out, rows * width, base + 4 * dx.at, Number(dx.add));
  else linearBackward(desk, { weight, x, dOut: step.out, dx }, gradients);
  return sum;
}
