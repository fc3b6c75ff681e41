import { log } from "../../../kernels/reference/index.ts";
import { type DistillationLoss, diverge } from "./divergence.ts";
import type { Desk } from "./forward.ts";

/** The sums over a sequence, in nats. */
export interface LossSums {
  readonly crossEntropy: number;
  readonly divergence: number;
}

/**
 * The loss of one sequence with a teacher (Hinton, Vinyals and Dean 2015, section 2). The teacher's likeliest tokens are
 * outcomes of their own, all others together are one more. The logits become their gradient.
 * @param tokens address of the sequence's tokens, one more than there are rows of logits
 * @param ids address of the teacher's tokens, i32. [tokens, count]
 * @param probabilities address of theirs at the loss's temperature, f32. [tokens, count]
 */
export function distillationLoss(
  desk: Desk,
  loss: DistillationLoss,
  memory: ArrayBufferLike,
  tokens: number,
  ids: number,
  probabilities: number,
  count: number,
): LossSums {
  const { plan, kernels, base } = desk;
  const { vocabulary, tokens: rows } = plan;
  const { divergence: kind, temperature, mix } = loss;
  const [logitsAt, softAt] = [base + 4 * plan.logits, base + 4 * plan.scratch.soft];
  const factsAt = base + 4 * plan.scratch.facts;
  const logits = new Float32Array(memory, logitsAt, rows * vocabulary);
  const soft = new Float32Array(memory, softAt, rows * vocabulary);
  const facts = new Float32Array(memory, factsAt, 2 * rows);
  const targets = new Int32Array(memory, tokens + 4, rows);
  const teacherIds = new Int32Array(memory, ids, rows * count);
  const teacherProbabilities = new Float32Array(memory, probabilities, rows * count);
  const outcomes = count < vocabulary ? count + 1 : count;
  const [teacher, student, slopes] = [0, 0, 0].map(() => new Float64Array(outcomes));

  soft.set(logits);
  kernels.softmaxRows(softAt, rows, vocabulary, 1 / temperature, factsAt);
  let crossEntropy = 0;
  for (let t = 0; t < rows; t++) crossEntropy -= logits[t * vocabulary + targets[t]];
  kernels.softmaxRows(logitsAt, rows, vocabulary, 1, factsAt);

  let divergence = 0;
  for (let t = 0; t < rows; t++) {
    crossEntropy += facts[2 * t] + log(facts[2 * t + 1]);
    const row = t * vocabulary;
    logits[row + targets[t]] -= 1;
    let [known, guessed] = [0, 0];
    for (let i = 0; i < count; i++) {
      teacher[i] = teacherProbabilities[t * count + i];
      student[i] = soft[row + teacherIds[t * count + i]];
      known += teacher[i];
      guessed += student[i];
    }
    if (outcomes > count) [teacher[count], student[count]] = [Math.max(0, 1 - known), Math.max(0, 1 - guessed)];
    divergence += diverge(kind, teacher, student, slopes);
    // By the logits the slopes are p·(slope − Σ P·slope), of which all tokens of the rest have the same.
    let mean = 0;
    for (let i = 0; i < outcomes; i++) mean += student[i] * slopes[i];
    const scale = mix * temperature;
    for (let i = 0; i < count; i++) {
      soft[row + teacherIds[t * count + i]] = scale * student[i] * (slopes[i] - mean);
      student[i] = soft[row + teacherIds[t * count + i]];
    }
    if (outcomes > count) {
      kernels.scaleAll(softAt + 4 * row, vocabulary, scale * (slopes[count] - mean));
      for (let i = 0; i < count; i++) soft[row + teacherIds[t * count + i]] = student[i];
    }
  }
  kernels.scaleAll(logitsAt, rows * vocabulary, 1 - mix);
  kernels.accumulate(softAt, rows * vocabulary, logitsAt, 1);
  return { crossEntropy, divergence: temperature * temperature * divergence };
}
