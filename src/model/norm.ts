import type { Operations, Value } from "../tensor/index.ts";
import type { ModelConfig } from "./config.ts";
import type { Norm } from "./weights.ts";

/** Normalises x, or leaves it as it is where there is no such norm. */
export function normalise(ops: Operations, x: Value, norm: Norm | undefined, config: ModelConfig): Value {
  if (norm === undefined) return x;
  if (config.variant.norm === "layer") return ops.layerNorm(x, norm.weight, norm.bias, config.epsilon);
  const normalised = ops.rmsNorm(x, norm.weight, config.epsilon);
  return norm.bias === undefined ? normalised : ops.addBias(normalised, norm.bias);
}
