import { laneSum } from "./lane-sum.ts";
import { sigmoid } from "./sigmoid.ts";
import { softmax } from "./softmax.ts";
import { topK } from "./top-k.ts";

const f = Math.fround;

/** How a router chooses experts and weighs them. */
export interface Routing {
  /** Scores from logits. `"softmaxOfChosen"`: experts are chosen by logit, and the softmax is over the chosen. */
  readonly gating: "softmax" | "sigmoid" | "softmaxOfChosen";
  /** Experts chosen for each token. */
  readonly used: number;
  /** Whether the weights of the chosen are made to add up to 1. */
  readonly normalize: boolean;
  /** A factor on the weights, 1 for none. */
  readonly scale: number;
  /** Experts are in so many groups of equal size, and chosen from the `groupsUsed` best groups only. */
  readonly groups?: number;
  readonly groupsUsed?: number;
}

/** The least sum of weights that weights are divided by: the smallest normal number of half precision. */
const LEAST_SUM = 2 ** -14;

/**
 * The weight of each expert for each token, 0 for those that are not chosen: the `used` largest scores (the first of
 * equals), plus `bias` for the choice only. A group counts as the sum of its two largest. Shazeer et al. 2017 (arXiv
 * 1701.06538), section 2.1; DeepSeek-AI 2024, "DeepSeek-V3" (arXiv 2412.19437), section 2.1.2, for bias and groups.
 *
 * @param logits [tokens, experts]
 * @param bias [experts]
 * @param out [tokens, experts]
 */
export function route(
  logits: Float32Array,
  bias: Float32Array | undefined,
  experts: number,
  routing: Routing,
  out: Float32Array,
): void {
  const { gating, used, normalize, scale } = routing;
  const scores = new Float32Array(experts);
  for (let start = 0; start < out.length; start += experts) {
    const row = logits.subarray(start, start + experts);
    if (gating === "softmax") softmax(row, 1, experts, scores);
    else if (gating === "sigmoid") sigmoid(row, scores);
    else scores.set(row);

    const choice = bias === undefined ? scores.slice() : scores.map((score, e) => score + bias[e]);
    keepBestGroups(choice, routing);
    const chosen = topK(choice, used);

    const weights = out.subarray(start, start + experts);
    weights.fill(gating === "softmaxOfChosen" ? -Infinity : 0);
    for (const e of chosen) weights[e] = scores[e];
    if (gating === "softmaxOfChosen") softmax(weights, 1, experts, weights);
    if (normalize) {
      const sum = Math.max(LEAST_SUM, laneSum(weights, 0, experts));
      for (const e of chosen) weights[e] = weights[e] / sum;
    }
    if (scale !== 1) for (const e of chosen) weights[e] = weights[e] * f(scale);
  }
}

/** Puts the experts of all but the best groups out of the choice. */
function keepBestGroups(choice: Float32Array, { groups = 1, groupsUsed = groups }: Routing): void {
  if (groups <= 1) return;
  const size = choice.length / groups;
  const group = (g: number) => choice.subarray(g * size, (g + 1) * size);
  const totals = new Float32Array(groups);
  for (let g = 0; g < groups; g++) for (const e of topK(group(g), 2)) totals[g] = totals[g] + group(g)[e];
  const best = topK(totals, groupsUsed);
  for (let g = 0; g < groups; g++) if (!best.includes(g)) group(g).fill(-Infinity);
}
