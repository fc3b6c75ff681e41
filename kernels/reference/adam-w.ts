const f = Math.fround;

/** One step of AdamW, the numbers that depend on the step put together. */
export interface AdamWStep {
  readonly beta1: number;
  readonly beta2: number;
  /** Learning rate / (1 − beta1ᵗ). */
  readonly rate: number;
  /** 1 − learning rate · weight decay. */
  readonly keep: number;
  /** 1 / √(1 − beta2ᵗ). */
  readonly root: number;
  readonly epsilon: number;
}

/**
 * Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization" (arXiv 1711.05101), algorithm 2:
 *
 *     m = beta1·m + (1 − beta1)·g        v = beta2·v + (1 − beta2)·g²
 *     p = p·keep − m·rate / (√v·root + epsilon)
 *
 * @param clip a factor on all gradients g
 */
export function adamW(
  p: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  clip: number,
  step: AdamWStep,
): void {
  const [beta1, beta2, rate, keep, root, epsilon] = [
    f(step.beta1),
    f(step.beta2),
    f(step.rate),
    f(step.keep),
    f(step.root),
    f(step.epsilon),
  ];
  for (let i = 0; i < p.length; i++) {
    const d = f(g[i] * f(clip));
    m[i] = f(m[i] * beta1) + f(d * f(1 - beta1));
    v[i] = f(v[i] * beta2) + f(f(d * d) * f(1 - beta2));
    p[i] = f(p[i] * keep) - f(f(m[i] * rate) / f(f(f(Math.sqrt(v[i])) * root) + epsilon));
  }
}
