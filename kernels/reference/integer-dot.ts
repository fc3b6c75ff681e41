import type { IntegerRow } from "../formats/index.ts";
import type { QuantizedActivation } from "./quantize-activation.ts";

const f = Math.fround;

/**
 * Inner product Σₖ w[k]·x[k] of a quantised row and token `t` of quantised activations. Sums of integers are exact in
 * any order; each group g of 32 columns, in order, adds one term in single precision:
 *
 *     I = Σ over both halves h:  factor[h] · Σ q_w·q_x        J = Σ over both halves h:  offset[h] · Σ q_x
 *     sum ← sum + (I·scale[g] + J·min[g]) · scale_x[g]        (the J term only where the format has offsets)
 *
 * @param w [columns]
 * @param x [tokens, columns]
 */
export function integerDot(w: IntegerRow, hasMin: boolean, x: QuantizedActivation, t: number): number {
  const groups = w.scale.length;
  const wq = w.q;
  const xq = x.q;
  let sum = f(0);
  for (let g = 0; g < groups; g++) {
    const xg = t * groups + g;
    let i0 = 0;
    let i1 = 0;
    for (let k = 0; k < 16; k++) {
      i0 += wq[32 * g + k] * xq[32 * xg + k];
      i1 += wq[32 * g + 16 + k] * xq[32 * xg + 16 + k];
    }
    let term = f(f(w.factor[2 * g] * i0 + w.factor[2 * g + 1] * i1) * w.scale[g]);
    if (hasMin) {
      const j = w.offset[2 * g] * x.sums[2 * xg] + w.offset[2 * g + 1] * x.sums[2 * xg + 1];
      term = f(term + f(f(j) * w.min[g]));
    }
    sum = f(sum + f(term * x.scale[xg]));
  }
  return sum;
}
