import { log, pow } from "../../kernels/reference/index.ts";
import type { Sampler } from "./candidates.ts";
import { sortDescending } from "./select-top.ts";
import { probabilitiesOf } from "./softmax.ts";
import { applyTemperature } from "./temperature.ts";
import { entropyOf } from "./typical.ts";

const f = Math.fround;

/**
 * A temperature between `t − range` and `t + range` by how unsure the model is: the entropy's share of the largest
 * possible, to the power of `exponent`. A range of 0: `temperature`.
 * Source: llama.cpp 0c1e570, src/llama-sampler.cpp, `llama_sampler_temp_ext_apply`; the idea: Zhang et al. 2024, "EDT"
 * (arXiv:2403.14541).
 */
export function dynamicTemperature(options: {
  readonly t: number;
  readonly range: number;
  readonly exponent?: number;
}): Sampler {
  const [t, range, exponent] = [f(options.t), f(options.range), f(options.exponent ?? 1)];
  return (candidates) => {
    if (range <= 0) return applyTemperature(candidates, t);
    const count = candidates.ids.length;
    if (count <= 1) return candidates;
    const least = Math.max(0, f(t - range));
    const most = f(t + range);
    const sorted = sortDescending(candidates);
    const entropy = entropyOf(probabilitiesOf(sorted));
    const share = f(entropy / f(-f(log(f(1 / count)))));
    return applyTemperature(sorted, f(least + f(f(most - least) * f(pow(share, exponent)))));
  };
}
