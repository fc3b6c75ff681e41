import { matmul } from "./matmul.ts";
import { rowsOf } from "./matmul-heads.ts";
import type { Matrix, Precision } from "./matrix.ts";
import { swiglu } from "./swiglu.ts";
import { swigluClamped } from "./swiglu-clamped.ts";

const f = Math.fround;

/** The matrices of all experts for one step, below each other, with what some files have beside them. */
export interface ExpertMatrices {
  /** [experts · rows, columns] */
  readonly matrix: Matrix;
  /** A factor on the products of each expert. [experts] */
  readonly scale?: Float32Array | undefined;
  /** Added to them. [experts, rows] */
  readonly bias?: Float32Array | undefined;
}

/** What comes before the last products of all experts of a layer. */
export interface ExpertHidden {
  readonly gate: ExpertMatrices;
  readonly up: ExpertMatrices;
  readonly activation: "swiglu" | "swigluClamped";
  /** Whether an expert's weight multiplies its input, as Llama 4 has it, rather than its output. */
  readonly weighInput: boolean;
}

const activations = { swiglu, swigluClamped };

/**
 * The hidden values of each token's experts, those whose weight is not 0, in order of their number:
 * act(gateₑ·x[t], upₑ·x[t]). Each product is what `matmul` computes, times the scale, plus the bias. Jiang et al. 2024,
 * "Mixtral of Experts" (arXiv 2401.04088), section 2.1.
 *
 * @param x [tokens, columns of `gate`]
 * @param weights of `route`. [tokens, experts]
 * @param out one after the other; 0 where a token has fewer. [tokens, experts used · rows of `gate`]
 */
export function expertHidden(
  precision: Precision,
  x: Float32Array,
  weights: Float32Array,
  tokens: number,
  { gate, up, activation, weighInput }: ExpertHidden,
  out: Float32Array,
): void {
  const count = weights.length / tokens;
  const columns = x.length / tokens;
  const width = out.length / tokens;
  out.fill(0);
  for (let t = 0; t < tokens; t++) {
    let at = t * width;
    eachExpert(weights, t, count, (e, weight) => {
      let input = x.subarray(t * columns, (t + 1) * columns);
      if (weighInput) input = input.map((value) => value * weight);
      const hidden = product(precision, gate, e, count, input);
      activations[activation](hidden, product(precision, up, e, count, input), hidden);
      out.set(hidden, at);
      at += hidden.length;
    });
  }
}

/**
 * What a token's experts add up to: out[t] = Σₑ w[t][e] · downₑ(hidden of e), in order of their number.
 *
 * @param hidden of `expertHidden`
 * @param weights of `route`. [tokens, experts]
 * @param isWeighed whether the weights multiply here, rather than the input
 * @param out [tokens, rows of `down`]
 */
export function expertSum(
  precision: Precision,
  hidden: Float32Array,
  weights: Float32Array,
  tokens: number,
  down: ExpertMatrices,
  isWeighed: boolean,
  out: Float32Array,
): void {
  const count = weights.length / tokens;
  const { columns } = down.matrix;
  const width = out.length / tokens;
  out.fill(0);
  for (let t = 0; t < tokens; t++) {
    let at = (t * hidden.length) / tokens;
    eachExpert(weights, t, count, (e, weight) => {
      const result = product(precision, down, e, count, hidden.subarray(at, at + columns));
      at += columns;
      for (let i = 0; i < width; i++) {
        const part = isWeighed ? f(weight * result[i]) : result[i];
        out[t * width + i] = out[t * width + i] + part; // storing rounds to single precision
      }
    });
  }
}

function eachExpert(
  weights: Float32Array,
  t: number,
  count: number,
  visit: (expert: number, weight: number) => void,
): void {
  for (let e = 0; e < count; e++) {
    const weight = weights[t * count + e];
    if (weight !== 0) visit(e, weight);
  }
}

/** One expert's matrix times one row. */
function product(precision: Precision, matrices: ExpertMatrices, e: number, count: number, x: Float32Array) {
  const { matrix, scale, bias } = matrices;
  const rows = matrix.rows / count;
  const out = new Float32Array(rows);
  matmul(precision, rowsOf(matrix, e * rows, rows), x, 1, out);
  if (scale !== undefined) for (let i = 0; i < rows; i++) out[i] = out[i] * scale[e];
  if (bias !== undefined) for (let i = 0; i < rows; i++) out[i] = out[i] + bias[e * rows + i];
  return out;
}
