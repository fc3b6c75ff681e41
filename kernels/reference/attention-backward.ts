import { exp } from "./exp.ts";
import { laneSum } from "./lane-sum.ts";

const f = Math.fround;

/** One head of causal attention over one whole sequence. Rows of q, k and v lie in [tokens, columns] of any width. */
export interface HeadShape {
  readonly tokens: number;
  readonly keyLength: number;
  readonly valueLength: number;
  readonly scale: number;
}

/**
 * The softmax weights of each token, and what they mix, as training computes it: scores of query and key in order of
 * the head's numbers, a row's softmax over the positions 0 … t at once (its sum as `laneSum` of the row up to the next
 * multiple of 8, zeros there), times 1 / Σ, and values added in order of position. Vaswani et al. 2017, equation 1.
 *
 * @param weights [tokens, tokens], 0 above the diagonal
 * @param out [tokens, valueLength]
 */
export function attentionHead(
  q: Float32Array,
  k: Float32Array,
  v: Float32Array,
  { tokens, keyLength, valueLength, scale }: HeadShape,
  weights: Float32Array,
  out: Float32Array,
): void {
  const row = new Float32Array(tokens + 8);
  for (let t = 0; t < tokens; t++) {
    row.fill(0);
    let largest = -Infinity;
    for (let s = 0; s <= t; s++) {
      row[s] = f(inOrder(keyLength, (i) => f(q[t * keyLength + i] * k[s * keyLength + i])) * f(scale));
      largest = Math.max(largest, row[s]);
    }
    for (let s = 0; s <= t; s++) row[s] = exp(f(row[s] - largest));
    const inverse = f(1 / laneSum(row, 0, (t + 8) & -8));
    for (let s = 0; s < tokens; s++) weights[t * tokens + s] = row[s] * inverse;
    for (let i = 0; i < valueLength; i++) {
      out[t * valueLength + i] = inOrder(t + 1, (s) => f(weights[t * tokens + s] * v[s * valueLength + i]));
    }
  }
}

/**
 * Its gradients. With dP = dOut·vᵀ and, for each row, dS = P ∘ (dP − Σ P ∘ dP)·scale:
 *
 *     dq = dS·k        dk += dSᵀ·q        dv += Pᵀ·dOut
 *
 * each added in order of position. dk and dv are added to what is there: several query heads may share them.
 */
export function attentionHeadBackward(
  q: Float32Array,
  k: Float32Array,
  v: Float32Array,
  weights: Float32Array,
  dOut: Float32Array,
  { tokens, keyLength, valueLength, scale }: HeadShape,
  dq: Float32Array,
  dk: Float32Array,
  dv: Float32Array,
): void {
  const d = new Float32Array(tokens * tokens);
  const products = new Float32Array(tokens + 8);
  for (let t = 0; t < tokens; t++) {
    products.fill(0);
    for (let s = 0; s <= t; s++) {
      d[t * tokens + s] = inOrder(valueLength, (i) => f(dOut[t * valueLength + i] * v[s * valueLength + i]));
      products[s] = weights[t * tokens + s] * d[t * tokens + s];
    }
    const mean = laneSum(products, 0, (t + 8) & -8);
    for (let s = 0; s <= t; s++) {
      d[t * tokens + s] = f(weights[t * tokens + s] * f(d[t * tokens + s] - mean)) * f(scale);
    }
    for (let i = 0; i < keyLength; i++) {
      dq[t * keyLength + i] = inOrder(t + 1, (s) => f(d[t * tokens + s] * k[s * keyLength + i]));
    }
  }
  for (let s = 0; s < tokens; s++) {
    for (let i = 0; i < keyLength; i++) {
      dk[s * keyLength + i] += inOrder(tokens - s, (t) => f(d[(s + t) * tokens + s] * q[(s + t) * keyLength + i]));
    }
    for (let i = 0; i < valueLength; i++) {
      dv[s * valueLength + i] += inOrder(tokens - s, (t) =>
        f(weights[(s + t) * tokens + s] * dOut[(s + t) * valueLength + i]),
      );
    }
  }
}

/** The sum of n numbers in one accumulator, every + rounded. */
function inOrder(n: number, value: (i: number) => number): number {
  let sum = f(0);
  for (let i = 0; i < n; i++) sum = f(sum + value(i));
  return sum;
}
