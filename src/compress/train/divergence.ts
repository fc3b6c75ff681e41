import { log } from "../../../kernels/reference/index.ts";

/** How a student is compared with its teacher, for each position. */
export const divergences = ["forward-kl", "reverse-kl", "jensen-shannon"] as const;
export type Divergence = (typeof divergences)[number];

/** Below this, a probability counts as this: logarithms stay finite. */
const least = 1e-9;

/**
 * The divergence of two distributions over the same outcomes, in nats, and its slope by each of the student's
 * probabilities. P is the student, T the teacher, M their mean:
 *
 *     forward-kl       Σ T·ln(T / P)                              −T / P
 *     reverse-kl       Σ P·ln(P / T)                              ln(P / T) + 1
 *     jensen-shannon   ½ Σ T·ln(T / M) + ½ Σ P·ln(P / M)          ½ ln(P / M)
 *
 * Hinton, Vinyals and Dean 2015 (arXiv 1503.02531); Gu et al. 2024 (arXiv 2306.08543); Agarwal et al. 2024 (arXiv
 * 2306.13649).
 *
 * @param slopes [outcomes], is filled
 */
export function diverge(kind: Divergence, teacher: Float64Array, student: Float64Array, slopes: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < teacher.length; i++) {
    const [t, p] = [Math.max(teacher[i], least), Math.max(student[i], least)];
    if (kind === "forward-kl") {
      sum += t * log(t / p);
      slopes[i] = -t / p;
    } else if (kind === "reverse-kl") {
      const ratio = log(p / t);
      sum += p * ratio;
      slopes[i] = ratio + 1;
    } else {
      const mean = (t + p) / 2;
      const ratio = log(p / mean);
      sum += (t * log(t / mean) + p * ratio) / 2;
      slopes[i] = ratio / 2;
    }
  }
  return sum;
}

/** How teacher and text share in the loss: (1 − mix)·cross-entropy + mix·temperature²·divergence. */
export interface DistillationLoss {
  readonly divergence: Divergence;
  /** Divides the logits of both before they are compared. */
  readonly temperature: number;
  /** From 0, the text alone, to 1, the teacher alone. */
  readonly mix: number;
}
